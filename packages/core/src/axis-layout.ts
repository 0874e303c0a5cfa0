import { elementCount, normalizeAxes, normalizeAxis, type Shape } from './shape.js';
import type { Tensor } from './tensor.js';
import { permute } from './ops/shape/permute.js';
import { reshape } from './ops/shape/reshape.js';

/** A shape as kernels that work along one axis see it: what lies before it, its size, what lies behind. */
export function aroundAxis(
  shape: Shape,
  axis: number,
): readonly [outer: number, length: number, inner: number] {
  return [
    elementCount(shape.slice(0, axis)),
    shape[axis] ?? 1,
    elementCount(shape.slice(axis + 1)),
  ];
}

/** Runs an op along an axis, of which a scalar has one, too: it counts as one element. */
export function alongAxisOfAny(
  op: string,
  x: Tensor,
  axis: number,
  run: (x: Tensor, axis: number) => Tensor,
): Tensor {
  if (x.rank > 0) return run(x, normalizeAxis(op, axis, x.rank));
  return reshape(run(reshape(x, [1]), normalizeAxis(op, axis, 1)), []);
}

/** Axes brought together as the last one, and the way back. */
interface JoinedAxes {
  /** The elements as `[rows, length]`, a row for each place along the other axes. */
  readonly rows: Tensor;
  /** Gives a tensor of the shape of `rows` the shape and order that the elements had. */
  readonly restore: (rows: Tensor) => Tensor;
}

/** The given axes, or all, as rows: what is done to a row is done over all of them. */
export function joinAxes(
  op: string,
  x: Tensor,
  axis: number | readonly number[] | undefined,
): JoinedAxes {
  const joined = normalizeAxes(op, axis, x.rank);
  const order = [...x.shape.keys()].filter((i) => !joined.includes(i)).concat(joined);
  const sizes = order.map((i) => x.shape[i] ?? 1);
  const length = elementCount(joined.map((i) => x.shape[i] ?? 1));
  const rows = elementCount(sizes.slice(0, x.rank - joined.length));
  if (order.every((from, i) => from === i)) {
    return {
      rows: reshape(x, [rows, length]),
      restore: (result) => reshape(result, x.shape),
    };
  }
  const back = order.map((_, i) => order.indexOf(i));
  return {
    rows: reshape(permute(x, order), [rows, length]),
    restore: (result) => permute(reshape(result, sizes), back),
  };
}
