import { isFloat } from '../../dtype.js';
import { ValueError } from '../../errors.js';
import { literal } from '../../literal.js';
import { defineOp } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { clamp } from '../elementwise/clamp.js';
import { gt, lt } from '../elementwise/compare.js';
import { logicalAnd } from '../elementwise/logical.js';
import { cast } from '../elementwise/to.js';
import { where } from '../elementwise/where.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface HardtanhOptions {
  /** Nothing below this; -1 when left out. */
  readonly min?: number;
  /** Nothing above this; 1 when left out. */
  readonly max?: number;
}

const hardtanhNames: OptionNames<HardtanhOptions> = { min: true, max: true };

const atBounds = {
  inputs: [{ shape: [9], values: [-1, 1, 0, -0, 6, Infinity, -Infinity, NaN, 0.5] }],
  extreme: true,
} as const;

const hardtanhOp = defineOp<1, HardtanhOptions>({
  name: 'hardtanh',
  arity: 1,
  forward: ({ inputs: [x], args: { min = -1, max = 1 } }) => clamp(x, min, max),
  derivative: {
    symmetric: [
      (gradient, { inputs: [x], args: { min = -1, max = 1 } }) =>
        where(logicalAnd(gt(x, min), lt(x, max)), gradient, literal(0, gradient.dtype)),
    ],
  },
  torch: "F.hardtanh(a, args.get('min', -1.0), args.get('max', 1.0))",
  samples: [
    { inputs: [[3, 5]], args: {} },
    { inputs: [[]], args: { min: -0.25, max: 3 } },
    { inputs: [[0]], args: {} },
    { ...atBounds, args: {} },
    { ...atBounds, args: { min: 0, max: 0.5 } },
  ],
});

/**
 * `y = min(max(x, min), max)`; NaN stays NaN. Derivative: 1 between the bounds, else 0. It differs from
 * `clamp` at the bounds themselves, where the derivative is 0.
 * @throws ValueError unless `min` is below `max`
 *
 * @example
 * hardtanh(tensor([-2, 0.5])); // [-1, 0.5]
 */
export function hardtanh(x: Tensor, options: HardtanhOptions = {}): Tensor {
  checkOptions('hardtanh', options, hardtanhNames);
  const { min = -1, max = 1 } = options;
  if (!(min < max)) {
    throw new ValueError(`hardtanh: min must be below max; they are ${min} and ${max}`);
  }
  return hardtanhOp([isFloat(x.dtype) ? x : cast(x, 'f32')], options);
}
