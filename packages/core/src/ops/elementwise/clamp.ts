import { isFloat } from '../../dtype.js';
import type { Operand } from '../../elementwise.js';
import { engine } from '../../engine.js';
import { ValueError } from '../../errors.js';
import { literal } from '../../literal.js';
import { defineOp, registerComposed } from '../../op.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { ge, gt, le, lt } from './compare.js';
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

/** A choice between the element and its bounds, so that each passes its own gradient on. */
function clampBetween(x: Tensor, min?: Operand, max?: Operand): Tensor {
  const raised = min === undefined ? x : where(lt(x, min), min, x);
  return max === undefined ? raised : where(gt(raised, max), max, raised);
}

registerComposed({
  name: 'clampBetween',
  run: ([x, min, max]) => clamp(x, min, max),
  torch: 'torch.clamp(a, b, c)',
  samples: [
    {
      inputs: [[3, 5], { shape: [5], low: -1, high: -0.2 }, { shape: [3, 1], low: 0.2, high: 1 }],
    },
    { inputs: [[4], { shape: [], low: -1, high: 0 }, { shape: [1], low: 0, high: 1 }] },
    {
      inputs: [
        { shape: [4], values: [-Infinity, Infinity, -1, 2] },
        { shape: [4], values: [-1, -1, -1, 3] },
        { shape: [4], values: [1, 1, 1, -3] },
      ],
      extreme: true,
    },
  ],
});

/**
 * `y = min(max(x, min), max)`, so `max` everywhere if `min` is above it; NaN stays NaN. Bounds that are
 * tensors are for each element its own, with broadcasting. Derivative: 1 within the bounds, which count as
 * within, else 0; that of a bound is 1 where it takes the place of the element.
 * @throws ValueError when a number for a bound is NaN or both are missing; ShapeError for tensors that do
 *   not broadcast
 */
export function clamp(x: Tensor, min?: Operand, max?: Operand): Tensor {
  if (typeof min === 'object' || typeof max === 'object') return clampBetween(x, min, max);
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
