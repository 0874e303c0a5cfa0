import { defineOp } from '../../op.js';
import { keptShape } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import {
  axesOf,
  centred,
  checkVariance,
  degreesOfFreedom,
  type VarianceOptions,
  varianceNames,
} from './variance-parts.js';
import { div } from '../elementwise/div.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';
import { square } from '../elementwise/square.js';
import { sum } from './sum.js';
import { checkOptions } from '../../options.js';

const varianceOp = defineOp<1, VarianceOptions>({
  name: 'variance',
  arity: 1,
  // In two passes: the difference of two sums would cancel where the mean is large.
  forward: ({ inputs: [x], args }) =>
    div(sum(square(centred(x, args.axis)), axesOf(args)), degreesOfFreedom('variance', x, args)),
  derivative: {
    vjp: [
      (gradient, { inputs: [x], args }) => {
        const kept = reshape(gradient, keptShape('variance', x.shape, args.axis));
        const share = mul(kept, 2 / degreesOfFreedom('variance', x, args));
        return mul(share, centred(x, args.axis));
      },
    ],
    jvp: [
      (tangent, { inputs: [x], args }) => {
        const products = sum(mul(tangent, centred(x, args.axis)), axesOf(args));
        return mul(products, 2 / degreesOfFreedom('variance', x, args));
      },
    ],
  },
  torch:
    'torch.var(a, dim=args.get("axis", list(range(a.dim()))), correction=args.get("correction", 1), keepdim=args.get("keepdim", False))',
  samples: [
    { inputs: [[5]], args: {} },
    { inputs: [[2, 3, 2]], args: { axis: 1 } },
    { inputs: [[2, 3, 2]], args: { axis: [0, -1], keepdim: true, correction: 0 } },
    { inputs: [[3, 4]], args: { axis: -1, correction: 2 } },
    { inputs: [[1, 3]], args: { axis: 0 }, extreme: true },
    { inputs: [[0, 3]], args: { axis: 0 }, extreme: true },
    { inputs: [{ shape: [3], values: [2, 2, 2] }], args: {} },
  ],
});

/**
 * The variance over one, several or all axes: `sum (x - mean)^2 / (n - correction)`, of n elements;
 * with the correction of 1 it is unbiased. As a method it is `x.var()`, too. Derivative:
 * `2 (x - mean) / (n - correction)`.
 * @throws ShapeError when an axis is not there; DTypeError for whole numbers; ValueError for a
 *   correction that is no number
 *
 * @example
 * variance(tensor([1, 2, 3])); // 1
 */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkOptions('variance', options, varianceNames);
  checkVariance('variance', x, options);
  return varianceOp([x], options);
}
