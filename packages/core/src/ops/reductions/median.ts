import { zerosLike } from '../../create.js';
import { isFloat } from '../../dtype.js';
import { literal } from '../../literal.js';
import { registerComposed } from '../../op.js';
import { checkNotEmpty } from '../../reduce.js';
import { normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { argsort } from '../scans/argsort.js';
import { ne } from '../elementwise/compare.js';
import { any } from './count-nonzero.js';
import { gather } from '../indexing/gather.js';
import { reshape } from '../shape/reshape.js';
import { narrow } from '../shape/slice.js';
import type { Chosen } from '../scans/sort.js';
import { squeeze } from '../shape/squeeze.js';
import { where } from '../elementwise/where.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface MedianOptions {
  /** The axis to reduce over; all elements, counted row by row, when left out. */
  readonly axis?: number;
  /** Keep the reduced axis, with size 1. */
  readonly keepdim?: boolean;
}

const medianNames: OptionNames<MedianOptions> = { axis: true, keepdim: true };

/**
 * The median along an axis, or of all elements, and its index: the middle one in order, the lower of
 * two, as in PyTorch; NaN where there is one. Derivative: 1 for the element that it is.
 * @throws ShapeError when there is no element, or the axis is not there
 *
 * @example
 * median(tensor([3, 1, 2, 4])).values; // 2
 */
export function median(x: Tensor, options: MedianOptions = {}): Chosen {
  checkOptions('median', options, medianNames);
  const { axis, keepdim = false } = options;
  if (axis === undefined || x.rank === 0) {
    const { values, indices } = median(reshape(x, [-1]), { axis: 0 });
    const shape = keepdim ? x.shape.map(() => 1) : [];
    return { values: reshape(values, shape), indices: reshape(indices, shape) };
  }
  checkNotEmpty('median', x.shape, axis);
  const normal = normalizeAxis('median', axis, x.rank);
  const size = x.shape[normal] ?? 1;
  const order = argsort(x, { axis: normal });
  const middle = narrow(order, normal, Math.floor((size - 1) / 2), 1);
  const indices = isFloat(x.dtype)
    ? // In order a NaN is the last; with several, PyTorch takes the first of them.
      where(any(ne(x, x), { axis: normal, keepdim: true }), firstNaN(x, normal), middle)
    : middle;
  const values = gather(x, normal, indices);
  if (keepdim) return { values, indices };
  return { values: squeeze(values, normal), indices: squeeze(indices, normal) };
}

/** The index of the first NaN along an axis. */
function firstNaN(x: Tensor, axis: number): Tensor {
  const flags = where(ne(x, x), literal(NaN, x.dtype), zerosLike(x));
  return narrow(argsort(flags, { axis, descending: true }), axis, 0, 1);
}

registerComposed<MedianOptions>({
  name: 'median',
  run: ([x], args) => median(x, args).values,
  torch:
    'a.median(args["axis"], args.get("keepdim", False)).values if "axis" in args else a.median()',
  samples: [
    { inputs: [[5]], args: {} },
    { inputs: [[2, 4, 3]], args: { axis: 1 } },
    { inputs: [[3, 2]], args: { axis: -1, keepdim: true } },
    { inputs: [[2, 3]], args: {} },
    { inputs: [[]], args: {} },
    { inputs: [{ shape: [2, 3], dtype: 'i32', low: -5, high: 5 }], args: { axis: 1 } },
    {
      inputs: [{ shape: [3, 3], values: [1, NaN, 3, NaN, 0, NaN, 2, Infinity, 2] }],
      args: { axis: 1 },
      extreme: true,
    },
  ],
});
