import { joinAxes } from '../../axis-layout.js';
import { ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import {
  checkNotEmpty,
  keptShape,
  requireFloat,
  type ReduceOptions,
  reduceNames,
} from '../../reduce.js';
import { normalizeAxes } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { ne } from '../elementwise/compare.js';
import { any } from './count-nonzero.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';
import { narrow } from '../shape/slice.js';
import { sort } from '../scans/sort.js';
import { sub } from '../elementwise/sub.js';
import { where } from '../elementwise/where.js';
import { checkOptions } from '../../options.js';

/**
 * The q-quantile over one, several or all axes, `q` of [0, 1]: the element at `q (n - 1)` in order, and
 * between two elements the straight line from one to the other; NaN where there is one. Derivative: the
 * gradient to those two elements, in the shares of the line.
 * @throws ShapeError when there is no element, or an axis is not there; ValueError for another q;
 *   DTypeError for whole numbers
 *
 * @example
 * quantile(tensor([0, 1, 2, 3]), 0.5); // 1.5
 */
export function quantile(x: Tensor, q: number, options: ReduceOptions = {}): Tensor {
  checkOptions('quantile', options, reduceNames);
  requireFloat('quantile', x);
  if (!(q >= 0 && q <= 1)) {
    throw new ValueError(`quantile: q is a number of [0, 1], not ${q}`);
  }
  const { axis, keepdim = false } = options;
  checkNotEmpty('quantile', x.shape, axis);
  const { rows } = joinAxes('quantile', x, axis);
  const [, length = 1] = rows.shape;
  const ordered = sort(rows).values;
  const place = q * (length - 1);
  const below = Math.floor(place);
  const low = narrow(ordered, 1, below, 1);
  const high = narrow(ordered, 1, Math.min(below + 1, length - 1), 1);
  // Where both are equal infinities, their difference is no number.
  const between = place === below ? low : add(low, mul(sub(high, low), place - below));
  const bad = any(ne(rows, rows), { axis: 1, keepdim: true });
  // In order a NaN is the last.
  const result = where(bad, narrow(ordered, 1, length - 1, 1), between);
  const reduced = normalizeAxes('quantile', axis, x.rank);
  const shape = keepdim
    ? keptShape('quantile', x.shape, axis)
    : x.shape.filter((_, i) => !reduced.includes(i));
  return reshape(result, shape);
}

registerComposed<ReduceOptions & { readonly q: number }>({
  name: 'quantile',
  run: ([x], { q, ...options }) => quantile(x, q, options),
  torch:
    'torch.quantile(a, args["q"], args["axis"], args.get("keepdim", False)) if "axis" in args' +
    ' else torch.quantile(a, args["q"])',
  samples: [
    { inputs: [[5]], args: { q: 0.5 } },
    { inputs: [[2, 4, 3]], args: { q: 0.3, axis: 1 } },
    { inputs: [[4, 2]], args: { q: 0.75, axis: 0, keepdim: true } },
    { inputs: [[2, 3]], args: { q: 1 } },
    { inputs: [[1, 3]], args: { q: 0, axis: -1 } },
    {
      inputs: [{ shape: [2, 2], values: [1, NaN, 3, 4] }],
      args: { q: 0.5, axis: 1 },
      extreme: true,
    },
  ],
});
