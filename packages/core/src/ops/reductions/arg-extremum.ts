import { isFloat } from '../../dtype.js';
import { defineOp } from '../../op.js';
import { cast } from '../elementwise/to.js';
import { checkNotEmpty, reduceAxes } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import type { OptionNames } from '../../options.js';

export interface ArgOptions {
  /** The axis to search along; all elements, counted row by row, when left out. */
  readonly axis?: number;
  /** Keep the searched axis, with size 1. */
  readonly keepdim?: boolean;
}

export const argNames: OptionNames<ArgOptions> = { axis: true, keepdim: true };

/** Defines where the largest or smallest element is. */
export function defineArgExtremum(
  name: 'argmax' | 'argmin',
): (x: Tensor, options?: ArgOptions) => Tensor {
  const run = defineOp<1, ArgOptions>({
    name,
    arity: 1,
    forward: ({ inputs: [x], args }) => reduceAxes(name, x, args, 'i32'),
    derivative: { nondifferentiable: 'an index is a whole number' },
    torch: `a.${name}(args.get("axis"), args.get("keepdim", False))`,
    samples: [
      { inputs: [[3, 4]], args: {} },
      { inputs: [[2, 3, 4]], args: { axis: 1 } },
      { inputs: [[2, 3, 4]], args: { axis: -1, keepdim: true } },
      { inputs: [[2, 17, 2]], args: { axis: 1 } },
      {
        inputs: [{ shape: [3, 3], values: [1, 3, 3, -1, -1, 0, 2, 2, 2] }],
        args: {},
        extreme: true,
      },
      {
        inputs: [{ shape: [3, 3], values: [1, 3, 3, -1, -1, 0, 2, 2, 2] }],
        args: { axis: 1 },
        extreme: true,
      },
      {
        inputs: [{ shape: [3, 3], values: [1, 3, 3, -1, -1, 0, 2, 2, 2] }],
        args: { axis: -1, keepdim: true },
        extreme: true,
      },
      {
        inputs: [{ shape: [2, 3], values: [1, NaN, 3, -Infinity, Infinity, 0] }],
        args: { axis: 1 },
        extreme: true,
      },
    ],
  });
  return (x, options = {}) => {
    checkNotEmpty(name, x.shape, options.axis);
    return run([isFloat(x.dtype) ? x : cast(x, 'i32')], options);
  };
}
