import { defineOp } from '../op.js';
import { expand } from './expand.js';
import { reshape } from './reshape.js';
import { keptShape, reduceAxes, type ReduceOptions } from '../reduce.js';
import type { Tensor } from '../tensor.js';

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
  samples: [
    { inputs: [[3, 4]], args: {} },
    { inputs: [[2, 3, 4]], args: { axis: 1 } },
    { inputs: [[2, 3, 4]], args: { axis: [0, -1], keepdim: true } },
    { inputs: [[]], args: {} },
    { inputs: [[0, 3]], args: { axis: 0 } },
  ],
});

/**
 * The sum over one, several or all axes, in 16 interleaved partial sums that are joined in a fixed
 * order. Derivative: 1 for every element.
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  return sumOp([x], options);
}
