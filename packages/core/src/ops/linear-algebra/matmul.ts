import { engine } from '../../engine.js';
import { ShapeError } from '../../errors.js';
import { bytesPerElement } from '../../dtype.js';
import { defineOp, registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import {
  broadcastShapes,
  broadcastStrides,
  elementCount,
  formatShape,
  type Shape,
} from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { matrixOperand, type MatrixOperand } from '../../memory/transposed-storage.js';
import { reshape } from '../shape/reshape.js';
import { sumTo } from '../reductions/sum-to.js';
import { transpose } from '../shape/transpose.js';

/** Sizes of one product `[m, k] x [k, n]`. */
interface MatrixSizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

const matmulOp = defineOp({
  name: 'matmul',
  arity: 2,
  lazy: true,
  forward: ({ inputs: [a, b] }) => {
    const sizes = { m: a.shape.at(-2) ?? 1, k: a.shape.at(-1) ?? 1, n: b.shape.at(-1) ?? 1 };
    const batchA = a.shape.slice(0, -2);
    const batchB = b.shape.slice(0, -2);
    const batch = broadcastShapes('matmul', batchA, batchB);
    const oneRight = elementCount(batchB) === 1;
    const left = matrixOperand(a);
    const right = matrixOperand(b);
    const out = emptyTensor([...batch, sizes.m, sizes.n], a.dtype, 'matmul');
    if (out.size === 0) return out;
    if (oneRight && (!left.transposed || batch.length === 0)) {
      // One right operand: the rows of all left ones are one matrix.
      multiply(out, left, right, { ...sizes, m: out.size / sizes.n });
    } else {
      const placesA = batchPlaces(batchA, batch);
      const placesB = batchPlaces(batchB, batch);
      placesA.forEach((placeA, i) =>
        multiply(out, left, right, sizes, [i, placeA, placesB[i] ?? 0]),
      );
    }
    return out;
  },
  derivative: {
    multilinear: [
      (gradient, { inputs: [a, b] }) => sumTo(matmul(gradient, transpose(b)), a.shape),
      (gradient, { inputs: [a, b] }) => {
        if (b.rank > 2 || a.rank === 2) return sumTo(matmul(transpose(a), gradient), b.shape);
        // One right operand: its gradient sums over the rows of all left ones at once.
        return matmul(transpose(rowsOf(a)), rowsOf(gradient));
      },
    ],
  },
  torch: 'a @ b',
  samples: [
    {
      inputs: [
        [3, 4],
        [4, 5],
      ],
    },
    {
      inputs: [
        [2, 3, 4],
        [4, 2],
      ],
    },
    {
      inputs: [
        [2, 1, 3, 2],
        [3, 2, 4],
      ],
    },
    {
      inputs: [
        [3, 2],
        [2, 2, 3],
      ],
    },
    {
      inputs: [
        [2, 0],
        [0, 3],
      ],
    },
    {
      inputs: [
        [0, 3],
        [3, 2],
      ],
    },
    {
      inputs: [
        [1, 4],
        [4, 1],
      ],
    },
    {
      inputs: [
        [2, 3, 2],
        [2, 2, 3],
      ],
    },
    {
      inputs: [
        [2, 33],
        [33, 3],
      ],
    },
    {
      inputs: [
        [17, 33],
        [33, 9],
      ],
      extreme: true,
    },
  ],
});

/** A tensor as the rows of one matrix. */
export function rowsOf(x: Tensor): Tensor {
  return x.rank === 2 ? x : reshape(x, [elementCount(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1]);
}

/** One product, of the matrices at the given places of the batches. */
function multiply(
  out: Tensor,
  left: MatrixOperand,
  right: MatrixOperand,
  { m, n, k }: MatrixSizes,
  [placeOut, placeA, placeB]: readonly number[] = [0, 0, 0],
): void {
  const bytes = bytesPerElement(out.dtype);
  const c = out.address() + (placeOut ?? 0) * m * n * bytes;
  const a = left.stored.address() + (placeA ?? 0) * m * k * bytes;
  const transA = left.transposed ? 1 : 0;
  const packed = packedAddress(right);
  if (packed !== 0) {
    engine().kernel('gemmPacked', out.dtype)(c, a, packed, 0, m, n, k, transA, 0);
    return;
  }
  const b = right.stored.address() + (placeB ?? 0) * k * n * bytes;
  const transB = right.transposed ? 1 : 0;
  engine().kernel('gemm', out.dtype)(c, a, b, 0, m, n, k, transA, transB, 0);
}

/** Where the right operand of a product lies packed, or 0. */
export function packedAddress({ stored, transposed }: MatrixOperand): number {
  const { storage, byteOffset, shape } = stored;
  const [rows = 1, columns = 1] = shape;
  if (byteOffset !== 0 || shape.length !== 2) return 0;
  return storage.packed?.(rows, columns, transposed) ?? 0;
}

/** Which matrix of an operand belongs to each of the result, when its batch is stretched. */
function batchPlaces(own: Shape, batch: Shape): number[] {
  const strides = broadcastStrides(own, batch);
  let places = [0];
  batch.forEach((size, axis) => {
    const stride = strides[axis] ?? 0;
    places = places.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * stride));
  });
  return places;
}

/**
 * The matrix product over the last two axes, `y_ij = sum_k a_ik b_kj`; axes before them are batches
 * and broadcast. A vector on the left is a row and on the right a column, and its axis is dropped
 * from the result. A transposed operand is read where it lies. Derivatives: `g bT` and `aT g`.
 * @throws ShapeError when the inner sizes differ or a scalar is given; DTypeError unless both are
 *   f32 or both f64
 *
 * @example
 * matmul(tensor([[1, 2], [3, 4]]), tensor([5, 6])); // [17, 39]
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  requireFloat('matmul', a, b);
  const innerB = b.rank === 1 ? b.shape[0] : b.shape.at(-2);
  if (a.rank === 0 || b.rank === 0 || a.shape.at(-1) !== innerB) {
    throw new ShapeError(
      `matmul: ${formatShape(a.shape)} x ${formatShape(b.shape)} do not fit: ` +
        (a.rank === 0 || b.rank === 0
          ? 'a scalar is no matrix; use mul()'
          : `the inner sizes are ${a.shape.at(-1)} and ${innerB}; transpose one, or check the layer before`),
    );
  }
  if (a.rank > 1 && b.rank > 1) return matmulOp([a, b]);
  const product = matmulOp([
    a.rank === 1 ? reshape(a, [1, a.size]) : a,
    b.rank === 1 ? reshape(b, [b.size, 1]) : b,
  ]);
  const shape = product.shape.slice(0, -2);
  if (a.rank > 1) shape.push(a.shape.at(-2) ?? 1);
  if (b.rank > 1) shape.push(b.shape.at(-1) ?? 1);
  return reshape(product, shape);
}

registerComposed({
  name: 'matmulOfVectors',
  run: ([a, b]) => matmul(a, b),
  torch: 'a @ b',
  samples: [
    { inputs: [[4], [4]] },
    { inputs: [[4], [4, 3]] },
    { inputs: [[3, 4], [4]] },
    { inputs: [[2, 3, 4], [4]] },
    { inputs: [[4], [2, 4, 3]] },
  ],
});

registerComposed({
  name: 'matmulTransposed',
  run: ([a, b]) => matmul(transpose(a), transpose(b)),
  torch: 'a.mT @ b.mT',
  samples: [
    {
      inputs: [
        [5, 3],
        [7, 5],
      ],
    },
    {
      inputs: [
        [2, 5, 3],
        [2, 2, 5],
      ],
    },
  ],
});
