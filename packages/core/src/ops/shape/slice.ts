import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape, normalizeAxis, rowMajorStrides } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { asStrided } from './as-strided.js';

/** `length` elements along an axis, `step` apart, from `start` on. */
function stretch(x: Tensor, axis: number, start: number, length: number, step = 1): Tensor {
  const strides = rowMajorStrides(x.shape);
  const offset = length === 0 ? 0 : start * (strides[axis] ?? 0);
  return asStrided(
    x,
    x.shape.map((size, i) => (i === axis ? length : size)),
    strides.map((stride, i) => (i === axis ? stride * step : stride)),
    offset,
  );
}

/**
 * Every `step`-th element from `start` up to, but without, `end` along an axis, counted as Python's
 * slices are: from the back when negative, cut to what is there. A negative step goes backwards, from
 * the last element when `start` is left out (undefined). Along the first axis, with a step of 1,
 * nothing is copied. Derivative: the gradient with zeros around and between.
 * @throws ShapeError when the axis is not there, or start and end are not whole; ValueError when the
 *   step is not whole, or 0
 *
 * @example
 * slice(arange(0, 5), 1, -1); // [1, 2, 3]
 * slice(arange(0, 5), undefined, undefined, 0, -2); // [4, 2, 0]
 */
export function slice(x: Tensor, start?: number, end?: number, axis = 0, step = 1): Tensor {
  const normal = normalizeAxis('slice', axis, x.rank);
  const size = x.shape[normal] ?? 0;
  if (!Number.isInteger(start ?? 0) || !Number.isInteger(end ?? 0)) {
    throw new ShapeError(
      `slice: ${start} to ${end} of ${formatShape(x.shape)} are not whole numbers`,
    );
  }
  if (!Number.isInteger(step) || step === 0) {
    throw new ValueError(`slice: a step is a whole number other than 0, not ${step}`);
  }
  // Where a walk may begin and end: backwards it ends in front of the first element.
  const [first, last] = step > 0 ? [0, size] : [-1, size - 1];
  const place = (index: number) =>
    Math.max(first, Math.min(last, index < 0 ? index + size : index));
  const from = start === undefined ? (step > 0 ? first : last) : place(start);
  const to = end === undefined ? (step > 0 ? last : first) : place(end);
  return stretch(x, normal, from, Math.max(0, Math.ceil((to - from) / step)), step);
}

/**
 * `length` elements from `start` on along an axis; `start` may count from the back. Along the first
 * axis nothing is copied.
 * @throws ShapeError when the stretch is not within the axis
 *
 * @example
 * narrow(zeros([5, 4]), 1, 2, 2).shape; // [5, 2]
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
  return stretch(x, normal, from, length);
}

interface SliceArgs {
  readonly start?: number;
  readonly end?: number;
  readonly axis?: number;
  readonly step?: number;
}

registerComposed<SliceArgs>({
  name: 'slice',
  run: ([x], { start, end, axis, step }) => slice(x, start, end, axis, step),
  torch:
    "a.index_select(args.get('axis', 0), torch.tensor(list(range(a.shape[args.get('axis', 0)]))" +
    "[args.get('start'):args.get('end'):args.get('step', 1)], dtype=torch.int64))",
  samples: [
    { inputs: [[5, 3]], args: { start: 1, end: 4 } },
    { inputs: [[2, 5, 3]], args: { start: -3, axis: 1 } },
    { inputs: [[2, 3]], args: { start: 1, end: 1, axis: -1 } },
    { inputs: [[4]], args: { start: -9, end: 9 } },
    { inputs: [[7, 2]], args: { start: 1, step: 3 } },
    { inputs: [[3, 6]], args: { end: -1, axis: 1, step: 2 } },
    { inputs: [[5]], args: { step: -1 } },
    { inputs: [[2, 7]], args: { start: -2, end: 0, axis: 1, step: -2 } },
    { inputs: [[4]], args: { start: 9, end: -9, step: -3 } },
    { inputs: [[4]], args: { start: 1, end: 3, step: -1 } },
    { inputs: [[0, 2]], args: { step: -1 } },
    { inputs: [{ shape: [5], dtype: 'u8', low: 0, high: 9 }], args: { step: -2 } },
  ],
});

interface NarrowArgs {
  readonly axis: number;
  readonly start: number;
  readonly length: number;
}

registerComposed<NarrowArgs>({
  name: 'narrow',
  run: ([x], { axis, start, length }) => narrow(x, axis, start, length),
  torch: "a.narrow(args['axis'], args['start'], args['length'])",
  samples: [
    { inputs: [[5, 3]], args: { axis: 0, start: 1, length: 3 } },
    { inputs: [[2, 5, 3]], args: { axis: 1, start: -2, length: 2 } },
    { inputs: [[2, 3]], args: { axis: -1, start: 1, length: 0 } },
  ],
});
