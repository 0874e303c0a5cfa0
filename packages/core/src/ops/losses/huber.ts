import { ValueError } from '../../errors.js';
import { defineOp, registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss, type LossOptions } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import type { Tensor } from '../../tensor.js';
import { abs } from '../elementwise/abs.js';
import { add } from '../elementwise/add.js';
import { clamp } from '../elementwise/clamp.js';
import { mul } from '../elementwise/mul.js';
import { neg } from '../elementwise/neg.js';
import { square } from '../elementwise/square.js';
import { sub } from '../elementwise/sub.js';
import { checkOptions, type OptionNames } from '../../options.js';

interface HuberArgs {
  readonly delta: number;
}

const huberOp = defineOp<2, HuberArgs>({
  name: 'huberElements',
  arity: 2,
  forward: ({ inputs: [x, target], args: { delta } }) => {
    const error = abs(sub(x, target));
    const bounded = clamp(error, undefined, delta);
    return add(mul(square(bounded), 0.5), mul(sub(error, bounded), delta));
  },
  derivative: {
    local: [
      ({ inputs: [x, target], args: { delta } }) => clamp(sub(x, target), -delta, delta),
      ({ inputs: [x, target], args: { delta } }) => neg(clamp(sub(x, target), -delta, delta)),
    ],
  },
  torch: "F.huber_loss(a, b, reduction='none', delta=args['delta'])",
  samples: [
    {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      args: { delta: 0.75 },
    },
    { inputs: [[], []], args: { delta: 1 } },
    {
      inputs: [
        { shape: [5], values: [1, -2, 0, 1e4, NaN] },
        { shape: [5], values: [1, -3, 1, -1e4, 0] },
      ],
      args: { delta: 1 },
      extreme: true,
    },
  ],
});

export interface HuberOptions extends LossOptions {
  /** The error up to which the loss is quadratic; 1 when left out. */
  readonly delta?: number;
}

const huberNames: OptionNames<HuberOptions> = { reduction: true, delta: true };

/**
 * Quadratic in small errors and linear in large ones: with `e = |x - t|`, `e^2 / 2` up to `delta` and
 * `delta (e - delta / 2)` above; the mean over all elements, the sum, or each by itself. Derivative
 * before the reduction: `x - t`, clamped to `[-delta, delta]`, and the opposite by the target.
 * @throws ShapeError when the shapes differ; DTypeError unless both are f32 or both f64; ValueError
 *   unless delta is above 0
 *
 * @example
 * huber(tensor([1, 5]), tensor([2, 2]), { reduction: 'none' }); // [0.5, 2.5]
 */
export function huber(x: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  checkOptions('huber', options, huberNames);
  const { delta = 1 } = options;
  requireFloat('huber', x, target);
  requireSameShape('huber', x, target);
  if (!(delta > 0)) throw new ValueError(`huber: delta is above 0, not ${delta}`);
  return reduceLoss('huber', huberOp([x, target], { delta }), options);
}

registerComposed<HuberOptions>({
  name: 'huber',
  run: ([x, target], options) => huber(x, target, options),
  torch: 'F.huber_loss(a, b, **args)',
  samples: [
    {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      args: {},
    },
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      args: { delta: 0.5, reduction: 'sum' },
    },
  ],
});
