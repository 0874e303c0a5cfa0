import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape, normalizeAxis, rowMajorStrides, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { asStrided, stridedAdd } from './as-strided.js';

/** Where a diagonal of a matrix with these sizes starts, and how long it is. */
function stretchOf(
  op: string,
  rows: number,
  columns: number,
  offset: number,
): { row: number; column: number; length: number } {
  if (!Number.isInteger(offset)) {
    throw new ValueError(
      `${op}: a diagonal is a whole number of places above (below: negative) the main one, not ${offset}`,
    );
  }
  const row = Math.max(0, -offset);
  const column = Math.max(0, offset);
  return { row, column, length: Math.max(0, Math.min(rows - row, columns - column)) };
}

/**
 * The diagonal of each matrix that two axes span, `y_...i = x_..i..(i + offset)..`: the axes go, and
 * the diagonal becomes the last one. The offset counts from the main diagonal upwards. Derivative: the
 * gradient on the diagonal, 0 elsewhere.
 * @throws ShapeError when an axis is not there, or both are the same; ValueError unless the offset is
 *   whole
 *
 * @example
 * diagonal(tensor([[1, 2], [3, 4]])); // [1, 4]
 * diagonal(zeros([5, 3, 4]), 1, 1, 2).shape; // [5, 3]
 */
export function diagonal(x: Tensor, offset = 0, axis0 = 0, axis1 = 1): Tensor {
  const rowAxis = normalizeAxis('diagonal', axis0, x.rank);
  const columnAxis = normalizeAxis('diagonal', axis1, x.rank);
  if (rowAxis === columnAxis) {
    throw new ShapeError(
      `diagonal: axes ${axis0} and ${axis1} of ${formatShape(x.shape)} are one; name two`,
    );
  }
  const [rows = 1, columns = 1] = [x.shape[rowAxis], x.shape[columnAxis]];
  const { row, column, length } = stretchOf('diagonal', rows, columns, offset);
  const strides = rowMajorStrides(x.shape);
  const [rowStep = 0, columnStep = 0] = [strides[rowAxis], strides[columnAxis]];
  const others = <T>(list: readonly T[]) =>
    list.filter((_, axis) => axis !== rowAxis && axis !== columnAxis);
  const start = length === 0 ? 0 : row * rowStep + column * columnStep;
  return asStrided(
    x,
    [...others(x.shape), length],
    [...others(strides), rowStep + columnStep],
    start,
  );
}

/**
 * Square matrices with the rows of `x` on a diagonal and zeros elsewhere: `[..., n]` becomes
 * `[..., n + |offset|, n + |offset|]`. Derivative: the diagonal of the gradient.
 * @throws ShapeError for a scalar; ValueError unless the offset is whole
 *
 * @example
 * diagEmbed(tensor([1, 2])); // [[1, 0], [0, 2]]
 */
export function diagEmbed(x: Tensor, offset = 0): Tensor {
  const n = x.shape[normalizeAxis('diagEmbed', -1, x.rank)] ?? 1;
  const size = n + Math.abs(offset);
  const { row, column } = stretchOf('diagEmbed', size, size, offset);
  const whole: Shape = [...x.shape.slice(0, -1), size, size];
  const steps = rowMajorStrides(whole).slice(0, -2);
  return stridedAdd(x, whole, [...steps, size + 1], row * size + column);
}

/**
 * The diagonal of a matrix, or the square matrix with a vector on its diagonal.
 * @throws ShapeError for another number of axes; ValueError unless the offset is whole
 *
 * @example
 * diag(diag(tensor([1, 2, 3]))); // [1, 2, 3]
 */
export function diag(x: Tensor, offset = 0): Tensor {
  if (x.rank === 1) return diagEmbed(x, offset);
  if (x.rank === 2) return diagonal(x, offset);
  throw new ShapeError(
    `diag: ${formatShape(x.shape)} is neither a vector nor a matrix; for stacks of them there are ` +
      'diagEmbed() and diagonal()',
  );
}

interface DiagonalArgs {
  readonly offset?: number;
  readonly axes?: readonly [number, number];
}

registerComposed<DiagonalArgs>({
  name: 'diagonal',
  run: ([x], { offset, axes }) => diagonal(x, offset, ...(axes ?? [])),
  torch: "torch.diagonal(a, args.get('offset', 0), *args.get('axes', []))",
  samples: [
    { inputs: [[3, 4]], args: {} },
    { inputs: [[4, 3]], args: { offset: -2 } },
    { inputs: [[2, 3, 4]], args: { offset: 1, axes: [-2, -1] } },
    { inputs: [[3, 2, 3]], args: { offset: 0, axes: [2, 0] } },
    { inputs: [[2, 2]], args: { offset: 5 } },
    { inputs: [[0, 3]], args: {} },
    { inputs: [{ shape: [3, 3], dtype: 'bool', low: 0, high: 1 }], args: {} },
  ],
});

registerComposed<DiagonalArgs>({
  name: 'diagEmbed',
  run: ([x], { offset }) => diagEmbed(x, offset),
  torch: "torch.diag_embed(a, args.get('offset', 0))",
  samples: [
    { inputs: [[3]], args: {} },
    { inputs: [[2, 3]], args: { offset: 1 } },
    { inputs: [[2, 1, 2]], args: { offset: -2 } },
    { inputs: [[2, 0]], args: {} },
    { inputs: [{ shape: [3], dtype: 'i32', low: 1, high: 9 }], args: {} },
  ],
});

registerComposed<DiagonalArgs>({
  name: 'diag',
  run: ([x], { offset }) => diag(x, offset),
  torch: "torch.diag(a, args.get('offset', 0))",
  samples: [
    { inputs: [[3]], args: {} },
    { inputs: [[2]], args: { offset: -1 } },
    { inputs: [[3, 4]], args: { offset: 2 } },
    { inputs: [[0]], args: { offset: 1 } },
  ],
});
