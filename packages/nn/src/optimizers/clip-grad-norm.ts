import {
  bytesPerElement,
  engine,
  mul,
  noGrad,
  tensor,
  ValueError,
  type FloatDType,
  type Tensor,
} from '@dltrain/core';

/** Elements whose squares are summed together; a longer gradient is a row of such blocks. */
export const normBlockSize = 4096;

/** How many blocks a gradient of `count` elements has. */
export function normBlockCount(count: number): number {
  return Math.ceil(count / normBlockSize);
}

/**
 * Sums of squares of the blocks of `count` elements at a byte address, written to `sums` from
 * `index` on. Blocks are summed by one kernel call each, so it does not matter who sums which.
 */
export function sumSquaresOfBlocks(
  dtype: FloatDType,
  address: number,
  count: number,
  sums: Float64Array,
  index: number,
): void {
  const sumSquares = engine().kernel('sumSquares', dtype);
  const bytes = bytesPerElement(dtype);
  for (let start = 0; start < count; start += normBlockSize) {
    sums[index++] = sumSquares(address + start * bytes, Math.min(normBlockSize, count - start));
  }
}

/** The norm that sums of squares stand for: added one after another, from the first to the last. */
export function joinNorm(sums: Float64Array): number {
  let total = 0;
  for (const sum of sums) total += sum;
  return Math.sqrt(total);
}

/** What to multiply gradients of this norm by so that it is at most `maxNorm`, as in PyTorch. */
export function clipCoefficient(norm: number, maxNorm: number): number {
  const coefficient = maxNorm / (norm + 1e-6);
  // Written so that NaN stays: a gradient that is not finite must not look clipped.
  return coefficient >= 1 ? 1 : coefficient;
}

/**
 * Scales the gradients of all tensors together so that their joint Euclidean norm is at most
 * `maxNorm`; tensors without gradient do not count.
 *
 * @returns the norm before
 * @throws ValueError when `maxNorm` is not positive
 *
 * @example
 * loss.backward();
 * const norm = clipGradNorm(model.parameters(), 1);
 * optimizer.step();
 */
export function clipGradNorm(parameters: Iterable<Tensor>, maxNorm: number): number {
  if (!(maxNorm > 0)) {
    throw new ValueError(`clipGradNorm: maxNorm is ${maxNorm}; it must be above 0`);
  }
  const leaves = [...new Set(parameters)].filter((leaf) => leaf.grad !== null);
  const blocks = leaves.reduce((count, leaf) => count + normBlockCount(leaf.size), 0);
  const sums = new Float64Array(blocks);
  let index = 0;
  for (const { grad } of leaves) {
    if (grad === null) continue;
    engine().nextOp();
    sumSquaresOfBlocks(grad.dtype as FloatDType, grad.address(), grad.size, sums, index);
    index += normBlockCount(grad.size);
  }
  const norm = joinNorm(sums);
  const coefficient = clipCoefficient(norm, maxNorm);
  if (coefficient !== 1) {
    for (const leaf of leaves) {
      const { grad } = leaf;
      if (grad === null) continue;
      // A tensor, as there is no end of coefficients, and number literals are remembered.
      leaf.grad = noGrad(() => mul(grad, tensor(coefficient, { dtype: grad.dtype })));
      if (grad.node === null) grad.storage.release?.('by clipGradNorm()');
    }
  }
  return norm;
}
