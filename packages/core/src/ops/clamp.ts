import { isFloat } from '../dtype.js';
import { engine } from '../engine.js';
import { ValueError } from '../errors.js';
import { literal } from '../literal.js';
import { defineOp } from '../op.js';
import { emptyTensor, type Tensor } from '../tensor.js';
import { ge, le } from './compare.js';
import { logicalAnd } from './logical.js';
import { cast } from './to.js';
import { where } from './where.js';

interface ClampArgs {
  /** Nothing below this; no bound when left out. */
  readonly min?: number;
  /** Nothing above this; no bound when left out. */
  readonly max?: number;
}

const clampOp = defineOp<1, ClampArgs>({
  name: 'clamp',
  arity: 1,
  forward: ({ inputs: [x], args: { min, max } }) => {
    const out = emptyTensor(x.shape, x.dtype, 'clamp');
    if (out.size === 0) return out;
    const bounds = [];
    if (min !== undefined) bounds.push({ kernel: 'maximum', bound: literal(min, x.dtype) });
    if (max !== undefined) bounds.push({ kernel: 'minimum', bound: literal(max, x.dtype) });
    const layout = engine().describeRepeated(x.size, 1, false);
    let from = x;
    for (const { kernel, bound } of bounds) {
      const call = engine().kernel(kernel, x.dtype);
      call(out.address(), from.address(), bound.address(), x.size, layout);
      from = out;
    }
    return out;
  },
  derivative: {
    symmetric: [
      (gradient, { inputs: [x], args: { min = -Infinity, max = Infinity } }) =>
        where(logicalAnd(ge(x, min), le(x, max)), gradient, literal(0, gradient.dtype)),
    ],
  },
  torch: "a.clamp(args.get('min'), args.get('max'))",
  samples: [
    { inputs: [[3, 5]], args: { min: -0.5, max: 0.25 } },
    { inputs: [[5]], args: { min: 0 } },
    { inputs: [[]], args: { max: 0 } },
    {
      inputs: [{ shape: [6], values: [NaN, Infinity, -Infinity, -0.5, 0.25, 0] }],
      args: { min: -0.5, max: 0.25 },
      extreme: true,
    },
    {
      inputs: [{ shape: [6], values: [NaN, Infinity, -Infinity, -0.5, 0.25, 0] }],
      args: { min: 0 },
      extreme: true,
    },
    {
      inputs: [{ shape: [6], values: [NaN, Infinity, -Infinity, -0.5, 0.25, 0] }],
      args: { max: 0 },
      extreme: true,
    },
    {
      inputs: [{ shape: [6], values: [NaN, Infinity, -Infinity, -0.5, 0.25, 0] }],
      args: { min: 1, max: -1 },
      extreme: true,
    },
  ],
});

/**
 * `y = min(max(x, min), max)`, so `max` everywhere if `min` is above it; NaN stays NaN. Derivative:
 * 1 within the bounds, which count as within, else 0.
 * @throws ValueError when a bound is NaN or both are missing
 */
export function clamp(x: Tensor, min?: number, max?: number): Tensor {
  if ((min === undefined && max === undefined) || Number.isNaN(min) || Number.isNaN(max)) {
    throw new ValueError(`clamp: give a number for min, max or both, not ${min} and ${max}`);
  }
  const whole = [min, max].every((bound) => bound === undefined || Number.isInteger(bound));
  const dtype = isFloat(x.dtype) ? x.dtype : whole ? 'i32' : 'f32';
  return clampOp([cast(x, dtype)], {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  });
}
