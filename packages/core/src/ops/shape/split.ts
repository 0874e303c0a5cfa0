import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape, normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { cat } from './cat.js';
import { reshape } from './reshape.js';
import { narrow } from './slice.js';

/**
 * The tensor cut into pieces along an axis: of one size, the last being what is left, or of a list of
 * sizes that add up to the whole. Along the first axis nothing is copied. Derivative: the gradients of
 * the pieces, each in its place.
 * @throws ShapeError when the axis is not there or the sizes do not add up to it; ValueError for a
 *   size that is not whole or negative
 *
 * @example
 * const [train, rest] = split(zeros([10, 4]), [7, 3]);
 */
export function split(x: Tensor, sizes: number | readonly number[], axis = 0): Tensor[] {
  const normal = normalizeAxis('split', axis, x.rank);
  const whole = x.shape[normal] ?? 1;
  const list = typeof sizes === 'number' ? equalSizes(whole, sizes) : sizes;
  const wrong = list.find((size) => !Number.isInteger(size) || size < 0);
  if (wrong !== undefined) {
    throw new ValueError(`split: a size is a whole number of zero or more, not ${wrong}`);
  }
  const total = list.reduce((a, b) => a + b, 0);
  if (total !== whole) {
    throw new ShapeError(
      `split: sizes [${list.join(', ')}] add up to ${total}, but axis ${axis} of ` +
        `${formatShape(x.shape)} has ${whole}`,
    );
  }
  return pieces(x, list, normal);
}

/**
 * Cuts by halves. A cut's gradient is as large as what was cut, so that of n pieces, cut off the whole
 * one by one, would take n times the whole; by halves it takes log n times.
 */
function pieces(x: Tensor, sizes: readonly number[], axis: number): Tensor[] {
  if (sizes.length <= 1) return sizes.map((size) => narrow(x, axis, 0, size));
  const middle = Math.ceil(sizes.length / 2);
  const halves = [sizes.slice(0, middle), sizes.slice(middle)];
  let start = 0;
  return halves.flatMap((half) => {
    const size = half.reduce((a, b) => a + b, 0);
    start += size;
    return pieces(narrow(x, axis, start - size, size), half, axis);
  });
}

/** As many times `size` as there is room, and what is left; a whole of nothing is one piece. */
function equalSizes(whole: number, size: number): number[] {
  if (!Number.isInteger(size) || size < 0 || (size === 0 && whole > 0)) {
    throw new ValueError(
      `split: ${size} is no size of the pieces of an axis of ${whole}; give a whole number above zero`,
    );
  }
  const count = size === 0 ? 1 : Math.max(1, Math.ceil(whole / size));
  return Array.from({ length: count }, (_, i) => Math.min(size, whole - i * size));
}

/**
 * The tensor cut along an axis into so many pieces, all of the same size but the last. There are fewer
 * where that size does not go into the axis so often, as in PyTorch: 6 in 4 chunks are 2, 2, 2.
 * @throws ShapeError when the axis is not there; ValueError unless the number is whole and above zero
 *
 * @example
 * chunk(arange(0, 5), 2); // [0, 1, 2] and [3, 4]
 */
export function chunk(x: Tensor, chunks: number, axis = 0): Tensor[] {
  const normal = normalizeAxis('chunk', axis, x.rank);
  if (!Number.isInteger(chunks) || chunks < 1) {
    throw new ValueError(`chunk: the number of chunks is whole and above zero, not ${chunks}`);
  }
  const whole = x.shape[normal] ?? 1;
  if (whole === 0) return split(x, new Array<number>(chunks).fill(0), normal);
  return split(x, Math.ceil(whole / chunks), normal);
}

/**
 * What lies at each place along an axis, as tensors without it: the opposite of `stack`.
 * @throws ShapeError when the axis is not there
 *
 * @example
 * for (const row of unbind(zeros([3, 4]))) row.shape; // [4]
 */
export function unbind(x: Tensor, axis = 0): Tensor[] {
  const normal = normalizeAxis('unbind', axis, x.rank);
  const shape = x.shape.filter((_, i) => i !== normal);
  const ones = new Array<number>(x.shape[normal] ?? 1).fill(1);
  return pieces(x, ones, normal).map((piece) => reshape(piece, shape));
}

interface SplitArgs {
  readonly sizes: number | readonly number[];
  readonly axis?: number;
}

registerComposed<SplitArgs>({
  name: 'split',
  run: ([x], { sizes, axis }) => cat(split(x, sizes, axis).reverse(), axis),
  torch: "torch.cat(torch.split(a, args['sizes'], args.get('axis', 0))[::-1], args.get('axis', 0))",
  samples: [
    { inputs: [[5, 2]], args: { sizes: 2 } },
    { inputs: [[2, 6]], args: { sizes: [1, 0, 3, 2], axis: -1 } },
    { inputs: [[0, 2]], args: { sizes: 3 } },
    { inputs: [[2, 3, 2]], args: { sizes: 9, axis: 1 } },
    { inputs: [{ shape: [4], dtype: 'bool', low: 0, high: 1 }], args: { sizes: 3 } },
  ],
});

registerComposed<{ readonly chunks: number; readonly axis?: number }>({
  name: 'chunk',
  run: ([x], { chunks, axis }) => cat(chunk(x, chunks, axis).reverse(), axis),
  torch:
    "torch.cat(torch.chunk(a, args['chunks'], args.get('axis', 0))[::-1], args.get('axis', 0))",
  samples: [
    { inputs: [[6]], args: { chunks: 4 } },
    { inputs: [[2, 5]], args: { chunks: 2, axis: 1 } },
    { inputs: [[2, 0]], args: { chunks: 3, axis: -1 } },
  ],
});

registerComposed<{ readonly axis?: number }>({
  name: 'unbind',
  run: ([x], { axis }) => cat(unbind(x, axis).reverse(), 0),
  torch: "torch.cat(torch.unbind(a, args.get('axis', 0))[::-1], 0)",
  samples: [
    { inputs: [[3, 4]], args: {} },
    { inputs: [[2, 3, 2]], args: { axis: -2 } },
    { inputs: [[2, 0]], args: { axis: 0 } },
  ],
});
