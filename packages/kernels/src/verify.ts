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
 * n, c, h, w, o, kh, kw, sh, sw, dilations rh and rw, top, left, oh, ow, groups: neighbouring and
 * scattered pixels, blocks along k that are summed in halves.
 */
const convolutions: readonly (readonly number[])[] = [
  [2, 3, 7, 9, 17, 3, 3, 1, 1, 1, 1, 1, 1, 7, 9, 1],
  [3, 66, 5, 13, 5, 3, 3, 2, 1, 1, 1, 0, 1, 2, 13, 1],
];

/**
 * Computes products with the chosen tile and with a loop over single elements, for f32 and f64, all
 * transpositions and shapes with and without edges, and compares: bit for bit in mode `exact`,
 * within rounding in mode `fast`. Then convolutions and their gradients, with the chosen and the
 * plain tile. Scratch and tile must be set. Every rank calls it once.
 *
 * @param heap where the operands go meanwhile, at most 256 KiB of it
 * @throws {KernelMismatchError} at the first difference
 */
export function verifyKernels(kernels: Kernels, heap: Heap): void {
  for (const dtype of ['f32', 'f64'] as const) {
    for (const [m, n, k] of shapes) {
      withArrays(
        kernels,
        heap,
        dtype,
        [m * k, k * n, n, m * n, m * n],
        ([a, b, bias, actual, expected]) => {
          if (a && b && bias && actual && expected) {
            compareProducts(kernels, dtype, [m, n, k], { a, b, bias, actual, expected });
          }
        },
      );
    }
    for (const sizes of convolutions) compareConvolutions(kernels, heap, dtype, sizes);
  }
}

/** Runs an action on arrays in the memory, filled with numbers in [-1, 1), and takes them back. */
function withArrays(
  { memory }: Kernels,
  heap: Heap,
  dtype: 'f32' | 'f64',
  lengths: readonly number[],
  action: (arrays: readonly FloatArray[]) => void,
): void {
  const size = dtype === 'f32' ? 4 : 8;
  const addresses: number[] = [];
  try {
    const arrays = lengths.map((length) => {
      const address = heap.allocate(length * size, 'check of the kernels');
      addresses.push(address);
      const array =
        dtype === 'f32'
          ? new Float32Array(memory.buffer, address, length)
          : new Float64Array(memory.buffer, address, length);
      fillPseudoRandom(array, addresses.length + length);
      return array;
    });
    action(arrays);
  } finally {
    for (const address of addresses) heap.free(address);
  }
}

/** Computes a convolution and its gradients with the plain tile and with the chosen one. */
function compareConvolutions(
  kernels: Kernels,
  heap: Heap,
  dtype: 'f32' | 'f64',
  sizes: readonly number[],
): void {
  const [n = 0, c = 0, h = 0, w = 0, o = 0, kh = 0, kw = 0, , , , , , , oh = 0, ow = 0] = sizes;
  const lengths = { x: n * c * h * w, weights: o * c * kh * kw, out: n * o * oh * ow };
  const most = Math.max(...Object.values(lengths));
  const both = [lengths.x, lengths.weights, lengths.out, most, most];
  withArrays(kernels, heap, dtype, both, ([x, weights, gradient, actual, expected]) => {
    if (!x || !weights || !gradient || !actual || !expected) return;
    for (const [name, inputs, count, terms] of [
      ['conv2d', [x.byteOffset, weights.byteOffset, 0, ...sizes, 0], lengths.out, c * kh * kw],
      [
        'conv2dInputGrad',
        [gradient.byteOffset, weights.byteOffset, ...sizes],
        lengths.x,
        o * kh * kw,
      ],
      [
        'conv2dWeightGrad',
        [gradient.byteOffset, x.byteOffset, ...sizes],
        lengths.weights,
        n * oh * ow,
      ],
    ] as const) {
      for (const [tile, result] of [
        [0, expected],
        [kernels.tile, actual],
      ] as const) {
        call(kernels, 'setTile', tile);
        result.fill(NaN, 0, count);
        call(kernels, `${name}_${dtype}`, result.byteOffset, ...inputs);
      }
      const roundings = kernels.mode === 'exact' ? 0 : terms + 1;
      expectEqual(
        kernels,
        `${name}_${dtype}`,
        actual.subarray(0, count),
        expected.subarray(0, count),
        roundings,
      );
    }
  });
}

function call({ exports }: Kernels, name: string, ...args: number[]): void {
  const kernel = exports[name];
  if (!kernel) throw new KernelMismatchError(`There is no kernel ${name}.`);
  kernel(...args);
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
  for (const [transA, transB] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ] as const) {
    const inputs = [a.byteOffset, b.byteOffset, bias.byteOffset, m, n, k, transA, transB];
    actual.fill(NaN);
    call(kernels, `gemm_${dtype}`, actual.byteOffset, ...inputs, 0);
    call(kernels, `gemmPlain_${dtype}`, expected.byteOffset, ...inputs);
    expectEqual(kernels, `gemm_${dtype}`, actual, expected, kernels.mode === 'exact' ? 0 : k + 1);
  }
}

function expectEqual(
  { variant }: Kernels,
  name: string,
  actual: FloatArray,
  expected: FloatArray,
  roundings: number,
): void {
  const wrong = firstDifference(actual, expected, roundings);
  if (wrong < 0) return;
  throw new KernelMismatchError(
    `${name} of variant ${variant} computes ${String(actual[wrong])} where the plain kernel computes ` +
      `${String(expected[wrong])} (element ${String(wrong)} of ${String(actual.length)}). ` +
      `Another variant must be used.`,
  );
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
