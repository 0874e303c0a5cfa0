import { registerComposed } from '../../op.js';
import { reducedLength, type ReduceOptions, reduceNames } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import { eq, ne } from '../elementwise/compare.js';
import { sum } from './sum.js';
import { cast } from '../elementwise/to.js';
import { checkOptions } from '../../options.js';

/**
 * How many elements are not 0 over one, several or all axes, as i32; NaN is not 0.
 * @throws ShapeError when an axis is not there
 *
 * @example
 * countNonzero(tensor([[0, 1], [2, 3]]), { axis: 1 }); // [1, 2]
 */
export function countNonzero(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('countNonzero', options, reduceNames);
  return sum(cast(ne(x, 0), 'i32'), options);
}

/**
 * Whether any element is true (anything but 0) over one, several or all axes, as bool; false of no
 * elements.
 * @throws ShapeError when an axis is not there
 */
export function any(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('any', options, reduceNames);
  return ne(countNonzero(x, options), 0);
}

/**
 * Whether all elements are true (anything but 0) over one, several or all axes, as bool; true of no
 * elements.
 * @throws ShapeError when an axis is not there
 */
export function all(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('all', options, reduceNames);
  return eq(countNonzero(x, options), reducedLength('all', x.shape, options.axis));
}

const samples = [
  { inputs: [{ shape: [2, 3], values: [0, 1, NaN, 0, -0, 0] }], args: {} },
  { inputs: [{ shape: [2, 3], values: [0, 1, NaN, 0, -0, 0] }], args: { axis: 1 } },
  { inputs: [{ shape: [3, 2], dtype: 'bool', low: 0, high: 1 }], args: { axis: 0, keepdim: true } },
  { inputs: [{ shape: [2, 2, 3], dtype: 'i32', low: 0, high: 1 }], args: { axis: -1 } },
  { inputs: [{ shape: [0, 3], dtype: 'bool' }], args: { axis: 0 } },
] as const;

registerComposed<ReduceOptions>({
  name: 'countNonzero',
  run: ([x], args) => countNonzero(x, args),
  torch: '(a != 0).sum(args.get("axis", list(range(a.dim()))), keepdim=args.get("keepdim", False))',
  samples: [...samples, { inputs: [[2, 3, 2]], args: { axis: [0, -1] } }],
});
registerComposed<ReduceOptions>({
  name: 'any',
  run: ([x], args) => any(x, args),
  torch:
    'a.bool().any(args["axis"], args.get("keepdim", False)) if "axis" in args else a.bool().any()',
  samples,
});
registerComposed<ReduceOptions>({
  name: 'all',
  run: ([x], args) => all(x, args),
  torch:
    'a.bool().all(args["axis"], args.get("keepdim", False)) if "axis" in args else a.bool().all()',
  samples,
});
