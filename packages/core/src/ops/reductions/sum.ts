import { isFloat } from '../../dtype.js';
import { defineOp } from '../../op.js';
import { expand } from '../shape/expand.js';
import { reshape } from '../shape/reshape.js';
import { cast } from '../elementwise/to.js';
import { keptShape, reduceAxes, type ReduceOptions, reduceNames } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import { checkOptions } from '../../options.js';

const sumOp = defineOp<1, ReduceOptions>({
  name: 'sum',
  arity: 1,
  forward: ({ inputs: [x], args }) => reduceAxes('sum', x, args),
  derivative: {
    transpose: [
      (gradient, { inputs: [x], args }) =>
        expand(reshape(gradient, keptShape('sum', x.shape, args.axis)), x.shape),
    ],
  },
  torch: 'a.sum(**args)',
  samples: [
    { inputs: [[3, 4]], args: {} },
    { inputs: [[2, 3, 4]], args: { axis: 1 } },
    { inputs: [[2, 3, 4]], args: { axis: [0, -1], keepdim: true } },
    { inputs: [[3, 2, 2, 2]], args: { axis: [0, 2] } },
    { inputs: [[2, 70]], args: { axis: -1 } },
    { inputs: [[]], args: {} },
    { inputs: [[0, 3]], args: { axis: 0 } },
    { inputs: [[2, 16]], args: { axis: 1 } },
    { inputs: [[2, 33]], args: { axis: 1 } },
    { inputs: [[17, 3]], args: { axis: 0 } },
    { inputs: [[2, 3, 2, 2]], args: { axis: [0, 2, 3] } },
    {
      inputs: [{ shape: [2, 3], values: [1e4, 1, -1e4, NaN, Infinity, 2] }],
      args: { axis: 1 },
      extreme: true,
    },
    { inputs: [{ shape: [3, 4], dtype: 'i32', low: -9, high: 9 }], args: { axis: 0 } },
    { inputs: [[]], args: { axis: -1 } },
  ],
});

/**
 * The sum over one, several or all axes, in 16 interleaved partial sums that are joined in a fixed
 * order; 0 of no elements. Whole numbers and truth values are summed as i32. Derivative: 1 for every
 * element.
 *
 * @example
 * sum(tensor([[1, 2], [3, 4]]), { axis: 0 }); // [4, 6]
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('sum', options, reduceNames);
  return sumOp([isFloat(x.dtype) ? x : cast(x, 'i32')], options);
}
