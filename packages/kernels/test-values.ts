/** Values and measures for the kernels' tests: the same on every engine. */

export { ulpError } from './scripts/accuracy.js';

export type Dtype = 'f32' | 'f64' | 'i32' | 'u8';
export type FloatDtype = 'f32' | 'f64';

/** Lengths around every border of vectors (2, 4), pairs of vectors and virtual lanes (16). */
export const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 100, 1000] as const;

export const bytesOf: Readonly<Record<Dtype, number>> = { f32: 4, f64: 8, i32: 4, u8: 1 };

/** Numbers of [0, 1) with 32 bits, from a linear congruential generator with a mixed output. */
function numbers(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** n numbers of [-scale, scale). */
export function spread(n: number, seed: number, scale = 4): number[] {
  const next = numbers(seed);
  return Array.from({ length: n }, () => (next() * 2 - 1) * scale);
}

/** n integers of [low, high). */
export function integers(n: number, seed: number, low: number, high: number): number[] {
  const next = numbers(seed);
  return Array.from({ length: n }, () => low + Math.floor(next() * (high - low)));
}

export const specials: readonly number[] = [
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  NaN,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  1e-45,
  -1e-45,
  1.1754943508222875e-38,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  16777216,
  -8388609,
];

export function arrayOf(
  dtype: Dtype,
  values: readonly number[],
): Float32Array | Float64Array | Int32Array | Uint8Array {
  if (dtype === 'f32') return Float32Array.from(values);
  if (dtype === 'f64') return Float64Array.from(values);
  if (dtype === 'i32') return Int32Array.from(values);
  return Uint8Array.from(values);
}

/** A number rounded to a float type. */
export function rounded(dtype: FloatDtype, value: number): number {
  return dtype === 'f32' ? Math.fround(value) : value;
}

/** The bits of an array, NaN of every payload made the same: to compare or to hash. */
export function bits(array: Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array) {
  const copy = array.slice();
  if (copy instanceof Float32Array || copy instanceof Float64Array) {
    for (let i = 0; i < copy.length; i++) if (Number.isNaN(copy[i])) copy[i] = NaN;
  }
  return new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength);
}

/** Where the elements of a strided tensor lie, in row-major order of its shape. */
export function indicesOf(shape: readonly number[], strides: readonly number[]): number[] {
  let indices = [0];
  shape.forEach((size, axis) => {
    indices = indices.flatMap((base) =>
      Array.from({ length: size }, (_, i) => base + i * (strides[axis] ?? 0)),
    );
  });
  return indices;
}
