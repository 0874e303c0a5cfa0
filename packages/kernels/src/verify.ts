import { KernelsError } from './errors.js';
import type { Heap } from './heap.js';
import type { Kernels } from './instantiate.js';

/** A kernel does not compute what the plain one computes. */
export class KernelMismatchError extends KernelsError {}

type FloatArray = Float32Array | Float64Array;

/** m, n, k: whole tiles and panels of every size, edges of both, one and several blocks along k. */
const shapes: readonly (readonly [number, number, number])[] = [
  [12, 32, 24],
  [13, 37, 7],
  [5, 17, 390],
  [1, 3, 130],
];

/**
 * Computes products with the chosen tile and with a loop over single elements, for f32 and f64, all
 * transpositions and shapes with and without edges, and compares: bit for bit in mode `exact`,
 * within rounding in mode `fast`. Scratch and tile must be set. Every rank calls it once.
 *
 * @param heap where the operands go meanwhile, about 100 KiB of it
 * @throws {KernelMismatchError} at the first difference
 */
export function verifyKernels(kernels: Kernels, heap: Heap): void {
  for (const dtype of ['f32', 'f64'] as const) {
    const size = dtype === 'f32' ? 4 : 8;
    for (const [m, n, k] of shapes) {
      const addresses: number[] = [];
      const place = (length: number): FloatArray => {
        const address = heap.allocate(length * size, 'check of the kernels');
        addresses.push(address);
        const array =
          dtype === 'f32'
            ? new Float32Array(kernels.memory.buffer, address, length)
            : new Float64Array(kernels.memory.buffer, address, length);
        fillPseudoRandom(array, addresses.length + k);
        return array;
      };
      const [a, b, bias, actual, expected] = [m * k, k * n, n, m * n, m * n].map(place);
      try {
        if (a && b && bias && actual && expected) {
          compareProducts(kernels, dtype, [m, n, k], { a, b, bias, actual, expected });
        }
      } finally {
        for (const address of addresses) heap.free(address);
      }
    }
  }
}

interface Operands {
  readonly a: FloatArray;
  readonly b: FloatArray;
  readonly bias: FloatArray;
  readonly actual: FloatArray;
  readonly expected: FloatArray;
}

function compareProducts(
  kernels: Kernels,
  dtype: 'f32' | 'f64',
  [m, n, k]: readonly [number, number, number],
  { a, b, bias, actual, expected }: Operands,
): void {
  const gemm = kernels.exports[`gemm_${dtype}`];
  const plain = kernels.exports[`gemmPlain_${dtype}`];
  if (!gemm || !plain) throw new KernelMismatchError(`There is no kernel gemm_${dtype}.`);
  for (const [transA, transB] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ] as const) {
    const inputs = [a.byteOffset, b.byteOffset, bias.byteOffset, m, n, k, transA, transB] as const;
    actual.fill(NaN);
    gemm(actual.byteOffset, ...inputs, 0);
    plain(expected.byteOffset, ...inputs);
    const wrong = firstDifference(actual, expected, kernels.mode === 'exact' ? 0 : k + 1);
    if (wrong >= 0) {
      throw new KernelMismatchError(
        `gemm_${dtype} of variant ${kernels.variant} computes ${String(actual[wrong])} where the plain ` +
          `kernel computes ${String(expected[wrong])} (element ${String(wrong)} of ${String(m)}x${String(n)}, ` +
          `k = ${String(k)}, transA = ${String(transA)}, transB = ${String(transB)}). Another variant must be used.`,
      );
    }
  }
}

/** The first element that differs by more than `roundings` roundings of numbers about 1, or -1. */
function firstDifference(actual: FloatArray, expected: FloatArray, roundings: number): number {
  const epsilon = actual instanceof Float32Array ? 2 ** -23 : 2 ** -52;
  return actual.findIndex((value, i) => {
    const other = expected[i] ?? NaN;
    return roundings === 0
      ? !Object.is(value, other)
      : !(Math.abs(value - other) <= roundings * epsilon);
  });
}

/** Numbers in [-1, 1) with all bits of the mantissa in use, the same everywhere. */
export function fillPseudoRandom(array: FloatArray, seed: number): void {
  let state = (seed * 0x9e3779b1) | 0;
  for (let i = 0; i < array.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    array[i] = state / 2 ** 31;
  }
}
