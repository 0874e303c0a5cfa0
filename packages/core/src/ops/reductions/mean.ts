import { defineOp } from '../../op.js';
import { div } from '../elementwise/div.js';
import { expand } from '../shape/expand.js';
import { reshape } from '../shape/reshape.js';
import {
  keptShape,
  reduceAxes,
  reducedLength,
  requireFloat,
  type ReduceOptions,
  reduceNames,
} from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import { checkOptions } from '../../options.js';

const meanOp = defineOp<1, ReduceOptions>({
  name: 'mean',
  arity: 1,
  forward: ({ inputs: [x], args }) => reduceAxes('mean', x, args),
  derivative: {
    transpose: [
      (gradient, { inputs: [x], args }) => {
        const share = div(gradient, reducedLength('mean', x.shape, args.axis));
        return expand(reshape(share, keptShape('mean', x.shape, args.axis)), x.shape);
      },
    ],
  },
  torch: 'a.mean(**args)',
  samples: [
    { inputs: [[3, 4]], args: {} },
    { inputs: [[2, 3, 4]], args: { axis: 1 } },
    { inputs: [[2, 3, 4]], args: { axis: [0, -1], keepdim: true } },
    { inputs: [[]], args: {} },
    { inputs: [[0, 3]], args: { axis: 1 } },
    { inputs: [[2, 16]], args: { axis: 1 } },
    { inputs: [[2, 33]], args: { axis: 1 } },
    { inputs: [[17, 3]], args: { axis: 0 } },
    { inputs: [[2, 3, 2, 2]], args: { axis: [0, 2] } },
    {
      inputs: [{ shape: [2, 3], values: [1e4, 1, -1e4, NaN, Infinity, 2] }],
      args: { axis: 1 },
      extreme: true,
    },
    { inputs: [[0, 3]], args: { axis: 0 }, extreme: true },
  ],
});

/**
 * The arithmetic mean over one, several or all axes; NaN of no elements. Derivative: 1 / n for each
 * of the n elements.
 * @throws DTypeError for whole numbers, whose mean is not one
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('mean', options, reduceNames);
  requireFloat('mean', x);
  return meanOp([x], options);
}
