import { isFloat, promote } from '../../dtype.js';
import { ShapeError } from '../../errors.js';
import { checkedIndices } from './indices.js';
import { registerComposed } from '../../op.js';
import { formatShape, normalizeAxis, sameShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { addRows } from './add-rows.js';
import { movedim } from '../shape/movedim.js';
import { mul } from '../elementwise/mul.js';
import { putRows } from './put-rows.js';
import { cast } from '../elementwise/to.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface IndexAddOptions {
  /** What the source is multiplied with; 1 when left out. */
  readonly alpha?: number;
}

const indexAddNames: OptionNames<IndexAddOptions> = { alpha: true };

/** The axis counted from the front, the indices checked, and both tensors in one dtype. */
function operandsOf(
  op: string,
  x: Tensor,
  axis: number,
  indices: Tensor,
  source: Tensor,
): { readonly axis: number; readonly list: Tensor; readonly x: Tensor; readonly source: Tensor } {
  const normal = normalizeAxis(op, axis, x.rank);
  const list = checkedIndices(op, indices, x.shape[normal] ?? 0);
  const expected = x.shape.map((size, i) => (i === normal ? list.size : size));
  if (!sameShape(source.shape, expected)) {
    throw new ShapeError(
      `${op}: for ${list.size} indices along axis ${normal} of ${formatShape(x.shape)} the source has ` +
        `the shape ${formatShape(expected)}, not ${formatShape(source.shape)}; expand() stretches`,
    );
  }
  const dtype = promote(x.dtype, source.dtype);
  return { axis: normal, list, x: cast(x, dtype), source: cast(source, dtype) };
}

/** Moves an axis to another place, which the first often has already. */
function moved(x: Tensor, from: number, to: number): Tensor {
  return from === to ? x : movedim(x, from, to);
}

/**
 * `x`, to which the slices of the source along an axis are added, times `alpha`, each at its index. Slices for
 * one place are added up in their order. Indices below 0 count from the back. Derivatives: the
 * gradient, and for the source `alpha` times the gradient where it was added.
 * @throws ShapeError unless the indices are one list and the source has a slice for each; DTypeError
 *   unless they are i32 or u8; ValueError when one is outside of the axis
 *
 * @example
 * indexAdd(zeros([3]), 0, tensor([0, 0], { dtype: 'i32' }), tensor([1, 2])); // [3, 0, 0]
 */
export function indexAdd(
  x: Tensor,
  axis: number,
  indices: Tensor,
  source: Tensor,
  options: IndexAddOptions = {},
): Tensor {
  checkOptions('indexAdd', options, indexAddNames);
  const { alpha = 1 } = options;
  const own = operandsOf('indexAdd', x, axis, indices, source);
  const scaled = alpha === 1 ? own.source : mul(own.source, alpha);
  // Bytes and truth values are added up as whole numbers.
  const terms = isFloat(scaled.dtype) ? scaled : cast(scaled, 'i32');
  const added = addRows(moved(terms, own.axis, 0), own.list, x.shape[own.axis] ?? 0);
  return add(own.x, moved(added, 0, own.axis));
}

/**
 * `x` with the slices of the source along an axis in the places that their indices name; of several for
 * one place the last stays. Indices below 0 count from the back. Derivatives: the gradient where `x`
 * was left, and for the source the gradient where it stayed.
 * @throws ShapeError unless the indices are one list and the source has a slice for each; DTypeError
 *   unless they are i32 or u8; ValueError when one is outside of the axis
 */
export function indexCopy(x: Tensor, axis: number, indices: Tensor, source: Tensor): Tensor {
  const own = operandsOf('indexCopy', x, axis, indices, source);
  const put = putRows(moved(own.x, own.axis, 0), own.list, moved(own.source, own.axis, 0));
  return moved(put, 0, own.axis);
}

interface SampleArgs extends IndexAddOptions {
  readonly axis: number;
}

registerComposed<SampleArgs>({
  name: 'indexAdd',
  run: ([x, indices, source], { axis, ...options }) => indexAdd(x, axis, indices, source, options),
  torch: 'a.index_add(args["axis"], b, c, alpha=args.get("alpha", 1))',
  samples: [
    {
      inputs: [[5, 3], { shape: [7], dtype: 'i32', low: 0, high: 4 }, [7, 3]],
      args: { axis: 0 },
    },
    {
      inputs: [[2, 3, 2], { shape: [4], dtype: 'i32', low: 0, high: 2 }, [2, 4, 2]],
      args: { axis: -2, alpha: -0.5 },
    },
    { inputs: [[2, 3], { shape: [0], dtype: 'i32' }, [2, 0]], args: { axis: 1 } },
    {
      inputs: [
        { shape: [3], dtype: 'i32', low: -3, high: 3 },
        { shape: [4], dtype: 'i32', low: 0, high: 2 },
        { shape: [4], dtype: 'i32', low: -3, high: 3 },
      ],
      args: { axis: 0, alpha: 2 },
    },
  ],
});
registerComposed<SampleArgs>({
  name: 'indexCopy',
  run: ([x, indices, source], { axis }) => indexCopy(x, axis, indices, source),
  torch: 'a.index_copy(args["axis"], b, c)',
  samples: [
    { inputs: [[4, 3], { shape: [2], dtype: 'i32', values: [3, 1] }, [2, 3]], args: { axis: 0 } },
    {
      inputs: [[2, 3, 2], { shape: [2], dtype: 'i32', values: [2, 0] }, [2, 2, 2]],
      args: { axis: -2 },
    },
  ],
});
