import { bytesPerElement } from '../dtype.js';
import { ShapeError } from '../errors.js';
import { defineOp } from '../op.js';
import { elementCount, formatShape, normalizeAxis, rowMajorStrides, type Shape } from '../shape.js';
import { stridedCopy, stridedScatter } from '../strided.js';
import { Tensor } from '../tensor.js';
import { zeros } from '../create.js';

/** A stretch of one axis. */
interface SliceArgs {
  readonly axis: number;
  readonly start: number;
  readonly length: number;
}

function replaceSize(shape: Shape, axis: number, size: number): number[] {
  return shape.map((old, i) => (i === axis ? size : old));
}

const sliceOp = defineOp<1, SliceArgs>({
  name: 'slice',
  arity: 1,
  lazy: true,
  forward: ({ inputs: [x], args: { axis, start, length } }) => {
    const shape = replaceSize(x.shape, axis, length);
    const strides = rowMajorStrides(x.shape);
    const offset = start * (strides[axis] ?? 0);
    // With nothing before the axis the stretch lies in one piece, and is only looked at.
    if (elementCount(x.shape.slice(0, axis)) === 1) {
      const bytes = x.byteOffset + offset * bytesPerElement(x.dtype);
      return new Tensor(shape, x.dtype, x.storage, bytes);
    }
    x.address();
    return stridedCopy(x, shape, strides, offset);
  },
  derivative: {
    transpose: [
      (gradient, { inputs: [x], args }): Tensor =>
        unsliceOp([gradient], { ...args, size: x.shape[args.axis] ?? 0 }),
    ],
  },
  torch: "a.narrow(args['axis'], args['start'], args['length'])",
  samples: [
    { inputs: [[5, 3]], args: { axis: 0, start: 1, length: 3 } },
    { inputs: [[2, 5, 3]], args: { axis: 1, start: 2, length: 2 } },
    { inputs: [[2, 3]], args: { axis: 1, start: 1, length: 0 } },
  ],
});

interface UnsliceArgs extends SliceArgs {
  /** Size of the axis as a whole. */
  readonly size: number;
}

const unsliceOp = defineOp<1, UnsliceArgs>({
  name: 'unslice',
  arity: 1,
  forward: ({ inputs: [x], args: { axis, start, size } }) => {
    const out = zeros(replaceSize(x.shape, axis, size), { dtype: x.dtype });
    const strides = rowMajorStrides(out.shape);
    stridedScatter(out, x, strides, start * (strides[axis] ?? 0));
    return out;
  },
  derivative: { transpose: [(gradient, { args }): Tensor => sliceOp([gradient], args)] },
  torch:
    "a.new_zeros([args['size'] if i == args['axis'] else n for i, n in enumerate(a.shape)]).index_add(args['axis'], args['start'] + torch.arange(args['length']), a)",
  samples: [
    { inputs: [[3, 3]], args: { axis: 0, start: 1, length: 3, size: 5 } },
    { inputs: [[2, 2, 3]], args: { axis: 1, start: 2, length: 2, size: 5 } },
  ],
});

/**
 * The elements from `start` up to, but without, `end` along an axis, as `Array.slice` counts them:
 * from the back when negative, cut to what is there. Along the first axis nothing is copied.
 * Derivative: the gradient with zeros around it.
 * @throws ShapeError when the axis is not there
 *
 * @example
 * slice(arange(0, 5), 1, -1); // [1, 2, 3]
 */
export function slice(x: Tensor, start: number, end?: number, axis = 0): Tensor {
  const normal = normalizeAxis('slice', axis, x.rank);
  const size = x.shape[normal] ?? 0;
  const place = (index: number) => Math.max(0, Math.min(size, index < 0 ? index + size : index));
  if (!Number.isInteger(start) || !Number.isInteger(end ?? 0)) {
    throw new ShapeError(
      `slice: ${start} to ${end} of ${formatShape(x.shape)} are not whole numbers`,
    );
  }
  const from = place(start);
  return sliceOp([x], {
    axis: normal,
    start: from,
    length: Math.max(0, place(end ?? size) - from),
  });
}

/**
 * `length` elements from `start` on along an axis; `start` may count from the back. Along the first
 * axis nothing is copied.
 * @throws ShapeError when the stretch is not within the axis
 */
export function narrow(x: Tensor, axis: number, start: number, length: number): Tensor {
  const normal = normalizeAxis('narrow', axis, x.rank);
  const size = x.shape[normal] ?? 0;
  const from = start < 0 ? start + size : start;
  if (
    !Number.isInteger(from) ||
    !Number.isInteger(length) ||
    from < 0 ||
    length < 0 ||
    from + length > size
  ) {
    throw new ShapeError(
      `narrow: ${length} elements from ${start} on are not within axis ${axis} of ${formatShape(x.shape)}`,
    );
  }
  return sliceOp([x], { axis: normal, start: from, length });
}
