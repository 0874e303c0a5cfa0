import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { arrayOf, integers, spread } from '../test-values.js';

describe.each(['f32', 'f64', 'i32'] as const)('sorting %s', (dtype) => {
  it('keeps the order of equal elements, and takes NaN for the largest', () => {
    const bench = new KernelBench();
    for (const len of [0, 1, 2, 7, 8, 9, 16, 17, 64, 100, 1000]) {
      const rows = 3;
      const values =
        dtype === 'i32'
          ? integers(rows * len, len, -5, 5)
          : spread(rows * len, len, 3).map((value, i) =>
              i % 11 === 3 ? NaN : i % 5 === 0 ? 0 * value : Math.round(value * 2) / 2,
            );
      const x = bench.put(arrayOf(dtype, values));
      const [out, work] = [bench.alloc(rows * len * 4), bench.alloc(len * 4)];
      for (const descending of [false, true]) {
        const rank = (value: number) => (Number.isNaN(value) ? Infinity : value);
        const expected = Array.from({ length: rows }, (_, row) => {
          const at = (i: number) => rank(values[row * len + i] ?? 0);
          return Array.from({ length: len }, (_, i) => i).sort((i, j) =>
            at(i) === at(j) ? i - j : at(i) < at(j) === descending ? 1 : -1,
          );
        });
        bench.call(`argsort_${dtype}`, out, work, x, rows, len, Number(descending));
        expect([...bench.i32(out, rows * len)]).toEqual(expected.flat());
        expect(bench.u8(out + rows * len * 4, 8)).toEqual(new Uint8Array(8).fill(0xcd));
        expect(bench.u8(work + len * 4, 8)).toEqual(new Uint8Array(8).fill(0xcd));
      }
      bench.reset();
    }
  });
});
