import { describe, expect, it } from 'vitest';
import { everyVariant, expectSame } from '../order-rule.js';
import { KernelBench } from '../test-support.js';
import { arrayOf, bytesOf, spread } from '../test-values.js';

/** Sizes of the result, and the lengths of the parts. */
const cases: readonly [m: number, n: number, lengths: readonly number[]][] = [
  [1, 1, [3]],
  [4, 16, [16, 16]],
  [4, 16, [5, 7, 1]],
  [9, 37, [16, 16, 16, 16]],
  [130, 20, [3, 2, 2, 3, 2]],
  [13, 1030, [1, 2, 1]],
  [8, 32, [16, 16, 16, 16, 16, 16, 16]],
  [6, 18, [100, 184, 100]],
];

/** The sum of parts `low` to `high`, split at the largest power of two. */
function tree<T>(parts: readonly T[], join: (left: T, right: T) => T): T | undefined {
  if (parts.length <= 1) return parts[0];
  let half = 1;
  while (half * 2 < parts.length) half *= 2;
  const left = tree(parts.slice(0, half), join);
  const right = tree(parts.slice(half), join);
  return left === undefined || right === undefined ? left : join(left, right);
}

describe.each(everyVariant('exact'))('parts, %s', (_, kernels) => {
  const bench = new KernelBench({ kernels });
  describe.each(['f32', 'f64'] as const)('%s', (dtype) => {
    it.each(cases)('is the tree over the products of parts: %i x %i, %j', (m, n, lengths) => {
      bench.reset();
      const size = bytesOf[dtype];
      const ends = lengths.map((_length, i) => lengths.slice(0, i + 1).reduce((a, b) => a + b, 0));
      const k = ends.at(-1) ?? 0;
      const a = bench.put(arrayOf(dtype, spread(k * m, 1, 1)));
      const b = bench.put(arrayOf(dtype, spread(k * n, 2, 1)));
      const products = lengths.map((length, i) => {
        const begin = (ends[i] ?? 0) - length;
        const c = bench.alloc(m * n * size);
        const [from, to] = [a + begin * m * size, b + begin * n * size];
        bench.call(`gemm_${dtype}`, c, from, to, 0, m, n, length, 1, 0, 0);
        return bench[dtype](c, m * n).slice();
      });
      const expected = tree(products, (left, right) => left.map((x, i) => x + (right[i] ?? 0)));
      const c = bench.alloc(m * n * size);
      const list = bench.put(Int32Array.from(ends));
      expect(bench.call(`gemmParts_${dtype}`, c, a, b, list, lengths.length, m, n)).toBe(0);
      expectSame(bench[dtype](c, m * n), expected ?? []);
    });

    it.each(cases)('of sums is the tree over the sums: %i, %i columns, %j', (_m, n, lengths) => {
      bench.reset();
      const ends = lengths.map((_length, i) => lengths.slice(0, i + 1).reduce((a, b) => a + b, 0));
      const x = bench.put(arrayOf(dtype, spread((ends.at(-1) ?? 0) * n, 3, 1)));
      const sums = lengths.map((length, i) => {
        const out = bench.alloc(n * bytesOf[dtype]);
        const from = x + ((ends[i] ?? 0) - length) * n * bytesOf[dtype];
        bench.call(`sum_${dtype}`, out, from, 1, length, n);
        return bench[dtype](out, n).slice();
      });
      const expected = tree(sums, (left, right) => left.map((value, i) => value + (right[i] ?? 0)));
      const out = bench.alloc(n * bytesOf[dtype]);
      const list = bench.put(Int32Array.from(ends));
      bench.call(`sumParts_${dtype}`, out, x, list, lengths.length, n);
      expectSame(bench[dtype](out, n), expected ?? []);
    });

    it('says when a sum is too long, and writes nothing', () => {
      bench.reset();
      const c = bench.alloc(4);
      const ends = bench.put(Int32Array.of(1, 5000));
      expect(bench.call(`gemmParts_${dtype}`, c, 64, 64, ends, 2, 1, 1)).toBe(1);
      expect(bench.u8(c, 4)).toEqual(new Uint8Array(4).fill(0xcd));
    });
  });
});
