import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { arrayOf, bits, bytesOf, rounded, sizes, specials, spread } from '../test-values.js';

/** Exact: JavaScript's remainder is C's fmod. */
function fmod(a: number, b: number): number {
  return a % b;
}

describe.each(['f32', 'f64'] as const)('remainders of %s', (dtype) => {
  const r = (value: number): number => rounded(dtype, value);
  const remainder = (a: number, b: number): number => {
    const left = fmod(a, b);
    return left !== 0 && b < 0 !== left < 0 ? r(left + b) : left;
  };

  it.each([
    ['fmod', fmod],
    ['remainder', remainder],
  ] as const)('%s is exact at every length and of special numbers', (name, exact) => {
    const bench = new KernelBench();
    for (const n of sizes) {
      const a = arrayOf(dtype, spread(n, n + 1, 1e6).map((v, i) => specials[(i * 7) % 40] ?? v)); // prettier-ignore
      const b = arrayOf(dtype, spread(n, n + 9, 3).map((v, i) => specials[(i * 5) % 40] ?? v)); // prettier-ignore
      const expected = arrayOf(
        dtype,
        [...a].map((value, i) => exact(value, b[i] ?? 0)),
      );
      const [aAt, bAt, out] = [bench.put(a), bench.put(b), bench.alloc(n * bytesOf[dtype])];
      bench.call(`${name}_${dtype}`, out, aAt, bAt, n, 0);
      expect(bits(bench[dtype](out, n)), `n = ${String(n)}`).toEqual(bits(expected));
      bench.reset();
    }
  });

  it('quotients are floors and truncations', () => {
    const bench = new KernelBench();
    const a = arrayOf(dtype, [7, -7, 7, -7, 6, 0, -0, 1, -1, 0, 1e30, NaN, Infinity]);
    const b = arrayOf(dtype, [2, 2, -2, -2, 3, 5, 5, 0, 0, 0, 7, 1, 2]);
    const [aAt, bAt, out] = [bench.put(a), bench.put(b), bench.alloc(a.byteLength)];
    bench.call(`floorDivide_${dtype}`, out, aAt, bAt, 10, 0);
    expect([...bench[dtype](out, 10)]).toEqual([3, -4, -4, 3, 2, 0, -0, Infinity, -Infinity, NaN]);
    bench.call(`truncDivide_${dtype}`, out, aAt, bAt, 10, 0);
    expect([...bench[dtype](out, 10)]).toEqual([3, -3, -3, 3, 2, 0, -0, Infinity, -Infinity, NaN]);
  });

  it('does not round a quotient up to a whole number', () => {
    const bench = new KernelBench();
    // 1 / 0.1 is 10 when rounded, but 0.1 as stored goes into 1 nine times and a bit.
    const [aAt, bAt, out] = [
      bench.put(arrayOf(dtype, [1])),
      bench.put(arrayOf(dtype, [0.1])),
      bench.alloc(8),
    ];
    bench.call(`floorDivide_${dtype}`, out, aAt, bAt, 1, 0);
    expect(bench[dtype](out, 1)[0]).toBe(9);
  });
});

const least = -(2 ** 31);

/** How whole numbers are divided: by flooring, as Python does, or by truncation, as C does. */
const wholeQuotients: Readonly<Record<string, (a: number, b: number) => number>> = {
  floorDivide: (a, b) => Math.floor(a / b) | 0,
  truncDivide: (a, b) => (a / b) | 0,
  remainder: (a, b) => (a - Math.floor(a / b) * b) | 0,
  fmod: (a, b) => (a % b) | 0,
};

describe('whole numbers', () => {
  it.each(Object.entries(wholeQuotients))(
    '%s wraps, and tells of a division by 0',
    (name, exact) => {
      const bench = new KernelBench();
      const a = [7, -7, 7, -7, least, least, 2147483647, 0, -1, 1000003, 5];
      const b = [3, 3, -3, -3, -1, 1, least, -5, 7, -1009, 5];
      const [aAt, bAt] = [bench.put(Int32Array.from(a)), bench.put(Int32Array.from(b))];
      const out = bench.alloc(4 * a.length);
      expect(bench.call(`${name}_i32`, out, aAt, bAt, a.length, 0)).toBe(0);
      expect([...bench.i32(out, a.length)]).toEqual(a.map((value, i) => exact(value, b[i] ?? 1)));

      const zero = bench.put(Int32Array.of(3, 0));
      expect(bench.call(`${name}_i32`, out, aAt, zero, 2, 0)).toBe(1);
      expect(bench.i32(out, 2)[1]).toBe(0);
      expect(bench.call(`${name}_i32`, out, aAt, zero, 1, 0)).toBe(0);
    },
  );
});
