import { isFloat } from '../../dtype.js';
import { literal } from '../../literal.js';
import { registerComposed } from '../../op.js';
import { type ReduceOptions, reduceNames } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import { ne } from '../elementwise/compare.js';
import { sum } from './sum.js';
import { where } from '../elementwise/where.js';
import { checkOptions } from '../../options.js';

/**
 * The sum over one, several or all axes in which NaN counts as 0. Derivative: 1 for every element that
 * is a number, 0 for NaN.
 * @throws ShapeError when an axis is not there
 *
 * @example
 * nansum(tensor([1, NaN, 2])); // 3
 */
export function nansum(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('nansum', options, reduceNames);
  return sum(isFloat(x.dtype) ? where(ne(x, x), literal(0, x.dtype), x) : x, options);
}

registerComposed<ReduceOptions>({
  name: 'nansum',
  run: ([x], args) => nansum(x, args),
  torch: 'torch.nansum(a, args.get("axis", list(range(a.dim()))), args.get("keepdim", False))',
  samples: [
    { inputs: [[2, 3, 2]], args: { axis: 1 } },
    { inputs: [[3]], args: {} },
    {
      inputs: [{ shape: [2, 3], values: [1, NaN, 2, NaN, NaN, NaN] }],
      args: { axis: [1], keepdim: true },
      extreme: true,
    },
  ],
});
