import { isFloat } from '../../dtype.js';
import { asStrided } from '../shape/as-strided.js';
import { matmul } from './matmul.js';
import { mul } from '../elementwise/mul.js';
import { permute } from '../shape/permute.js';
import { reshape } from '../shape/reshape.js';
import { sum } from '../reductions/sum.js';
import { transpose } from '../shape/transpose.js';
import { elementCount, rowMajorStrides } from '../../shape.js';
import type { Tensor } from '../../tensor.js';

/** A tensor whose axes have names, each once. */
export interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * Names the axes of a tensor. Axes of one name become their diagonal; axes of size 1 whose name
 * counts further elsewhere are dropped, since a product stretches them.
 */
export function label(
  x: Tensor,
  labels: readonly string[],
  sizes: ReadonlyMap<string, number>,
): Labelled {
  const names = [...new Set(labels)];
  const strides = rowMajorStrides(x.shape);
  const diagonal =
    names.length === labels.length
      ? x
      : asStrided(
          x,
          names.map((name) => x.shape[labels.indexOf(name)] ?? 1),
          names.map((name) =>
            strides.reduce((step, own, axis) => (labels[axis] === name ? step + own : step), 0),
          ),
        );
  const kept = names.filter((name, axis) => diagonal.shape[axis] === sizes.get(name));
  return {
    tensor:
      kept.length === names.length
        ? diagonal
        : reshape(
            diagonal,
            kept.map((name) => sizes.get(name) ?? 1),
          ),
    labels: kept,
  };
}

/** The sum over all axes whose name is not wanted. */
export function sumOthers({ tensor, labels }: Labelled, wanted: ReadonlySet<string>): Labelled {
  const axis = labels.flatMap((name, i) => (wanted.has(name) ? [] : [i]));
  if (axis.length === 0) return { tensor, labels };
  return { tensor: sum(tensor, { axis }), labels: labels.filter((name) => wanted.has(name)) };
}

/** The tensor with its axes in the given order of names. */
export function arrange({ tensor, labels }: Labelled, order: readonly string[]): Tensor {
  if (order.every((name, i) => labels[i] === name)) return tensor;
  return permute(
    tensor,
    order.map((name) => labels.indexOf(name)),
  );
}

/**
 * The product of two tensors, summed over the names that are not wanted: a matrix product wherever
 * there is something to sum. Its axes are the names that both have and are wanted, then the other ones of the first and of
 * the second.
 */
export function contract(first: Labelled, second: Labelled, wanted: ReadonlySet<string>): Labelled {
  const a = sumOthers(first, new Set([...wanted, ...second.labels]));
  const b = sumOthers(second, new Set([...wanted, ...first.labels]));
  // The larger one is moved less if the order of the common axes is its own.
  const shared = a.tensor.size >= b.tensor.size ? a.labels : b.labels;
  const common = shared.filter((name) => a.labels.includes(name) && b.labels.includes(name));
  const batch = common.filter((name) => wanted.has(name));
  const inner = common.filter((name) => !wanted.has(name));
  const rows = a.labels.filter((name) => !common.includes(name));
  const columns = b.labels.filter((name) => !common.includes(name));
  const labels = [...batch, ...rows, ...columns];
  const oneEach = rows.length === 0 && columns.length === 0 && batch.length > 0;
  if (inner.length === 0 || oneEach || !isFloat(a.tensor.dtype)) {
    const all = [...labels, ...inner];
    const product = mul(aligned(a, all), aligned(b, all));
    return sumOthers({ tensor: product, labels: all }, wanted);
  }
  const sizes = new Map(
    [a, b].flatMap(({ tensor, labels: names }) =>
      names.map((name, axis) => [name, tensor.shape[axis] ?? 1] as const),
    ),
  );
  const product = matmul(asMatrices(a, batch, rows, inner), asMatrices(b, batch, inner, columns));
  return {
    tensor: reshape(
      product,
      labels.map((name) => sizes.get(name) ?? 1),
    ),
    labels,
  };
}

/** The tensor with an axis for each name, in their order, of size 1 where it has none. */
function aligned(x: Labelled, names: readonly string[]): Tensor {
  const own = names.filter((name) => x.labels.includes(name));
  const ordered = arrange(x, own);
  return reshape(
    ordered,
    names.map((name) => (own.includes(name) ? (ordered.shape[own.indexOf(name)] ?? 1) : 1)),
  );
}

/**
 * The tensor as matrices whose rows and columns run over the given names, one for each place of the
 * batch. If it lies in memory with rows and columns exchanged, it is transposed, which moves nothing.
 */
function asMatrices(
  x: Labelled,
  batch: readonly string[],
  rows: readonly string[],
  columns: readonly string[],
): Tensor {
  const sizeOf = (names: readonly string[]) =>
    elementCount(names.map((name) => x.tensor.shape[x.labels.indexOf(name)] ?? 1));
  const front = batch.length === 0 ? [] : [sizeOf(batch)];
  const exchanged = [...batch, ...columns, ...rows];
  if (rows.length > 0 && columns.length > 0 && exchanged.every((name, i) => x.labels[i] === name)) {
    return transpose(reshape(x.tensor, [...front, sizeOf(columns), sizeOf(rows)]));
  }
  const ordered = arrange(x, [...batch, ...rows, ...columns]);
  return reshape(ordered, [...front, sizeOf(rows), sizeOf(columns)]);
}
