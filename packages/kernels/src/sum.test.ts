import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import {
  arrayOf,
  bits,
  bytesOf,
  integers,
  rounded,
  specials,
  spread,
  type FloatDtype,
} from '../test-values.js';

/** The order rule, spelled out: sixteen lanes, each in ascending order, joined by halves. */
function laneSum(dtype: FloatDtype, values: readonly number[]): number {
  const lanes = new Array<number>(16).fill(0);
  values.forEach((value, j) => {
    lanes[j % 16] = rounded(dtype, (lanes[j % 16] ?? 0) + value);
  });
  for (let half = 8; half >= 1; half /= 2) {
    for (let i = 0; i < half; i++) {
      lanes[i] = rounded(dtype, (lanes[i] ?? 0) + (lanes[i + half] ?? 0));
    }
  }
  return lanes[0] ?? 0;
}

/** Values whose sum depends on the order: of very different size. */
function uneven(dtype: FloatDtype, n: number, seed: number): number[] {
  const scales = integers(n, seed + 1, -6, 6);
  return spread(n, seed).map((value, i) => rounded(dtype, value * 10 ** (scales[i] ?? 0)));
}

const lengths = [...Array(71).keys(), 255, 256, 1000];
const columnCounts = [2, 3, 4, 5, 8, 10, 17, 64, 257, 300];

function transposed<T>(x: readonly T[], rows: number, columns: number): T[] {
  return Array.from({ length: x.length }, (_, i) => {
    const [column, row] = [Math.floor(i / rows), i % rows];
    return x[row * columns + column] as T;
  });
}

describe.each(['f32', 'f64'] as const)('sums of %s', (dtype) => {
  const size = bytesOf[dtype];

  it('add in the order of the sixteen lanes, at any address', () => {
    const bench = new KernelBench();
    for (const len of lengths) {
      for (const offset of [0, size, 3 * size]) {
        const values = uneven(dtype, len, len);
        const x = bench.put(arrayOf(dtype, values), offset);
        const out = bench.alloc(size);
        bench.call(`sum_${dtype}`, out, x, 1, len, 1);
        expect(bench[dtype](out, 1)[0], `length ${String(len)}`).toBe(laneSum(dtype, values));
        bench.reset();
      }
    }
  });

  it('give the same bits along every axis, whatever stands around', () => {
    const bench = new KernelBench();
    for (const len of [0, 1, 2, 15, 16, 17, 31, 32, 33, 48, 70, 1000]) {
      for (const columns of columnCounts) {
        if (len * columns > 70000) continue;
        const values = uneven(dtype, len * columns, len + columns);
        const across = bench.put(arrayOf(dtype, values));
        const along = bench.put(arrayOf(dtype, transposed(values, len, columns)));
        const [outAcross, outAlong] = [bench.alloc(columns * size), bench.alloc(columns * size)];
        for (const name of ['sum', 'mean']) {
          bench.call(`${name}_${dtype}`, outAcross, across, 1, len, columns);
          bench.call(`${name}_${dtype}`, outAlong, along, columns, len, 1);
          expect(
            bits(bench[dtype](outAcross, columns)),
            `${name} ${String([len, columns])}`,
          ).toEqual(bits(bench[dtype](outAlong, columns)));
        }
        expect(bench.u8(outAcross + columns * size, 8)).toEqual(new Uint8Array(8).fill(0xcd));
        bench.reset();
      }
    }
  });

  it('sum the middle axis of several blocks', () => {
    const bench = new KernelBench();
    const [outer, len, inner] = [3, 21, 5];
    const values = uneven(dtype, outer * len * inner, 4);
    const x = bench.put(arrayOf(dtype, values));
    const out = bench.alloc(outer * inner * size);
    bench.call(`sum_${dtype}`, out, x, outer, len, inner);
    const results = bench[dtype](out, outer * inner);
    for (let i = 0; i < outer * inner; i++) {
      const [block, column] = [Math.floor(i / inner), i % inner];
      const row = Array.from({ length: len }, (_, j) => values[(block * len + j) * inner + column]);
      expect(results[i]).toBe(laneSum(dtype, row as number[]));
    }
  });

  it('divide by the length for the mean; the mean of nothing is NaN', () => {
    const bench = new KernelBench();
    const values = uneven(dtype, 37, 6);
    const x = bench.put(arrayOf(dtype, values));
    const out = bench.alloc(3 * size);
    bench.call(`mean_${dtype}`, out, x, 1, 37, 1);
    expect(bench[dtype](out, 1)[0]).toBe(rounded(dtype, laneSum(dtype, values) / 37));
    bench.call(`mean_${dtype}`, out, x, 1, 0, 3);
    expect([...bench[dtype](out, 3)]).toEqual([NaN, NaN, NaN]);
    bench.call(`sum_${dtype}`, out, x, 3, 0, 1);
    expect([...bench[dtype](out, 3)]).toEqual([0, 0, 0]);
  });

  it('sum channels with the bits of a permutation and a sum', () => {
    const bench = new KernelBench();
    for (const n of [0, 1, 2, 3, 5, 16, 33]) {
      for (const plane of [0, 1, 2, 4, 7, 9, 15, 16, 17, 31, 32, 49, 100]) {
        const channels = 3;
        const values = uneven(dtype, n * channels * plane, n + plane);
        const x = bench.put(arrayOf(dtype, values));
        const out = bench.alloc(channels * size);
        bench.call(`sumChannels_${dtype}`, out, x, n, channels, plane);
        const expected = Array.from({ length: channels }, (_, channel) => {
          const own: number[] = [];
          for (let i = 0; i < n; i++) {
            const start = (i * channels + channel) * plane;
            own.push(...values.slice(start, start + plane));
          }
          return laneSum(dtype, own);
        });
        expect([...bench[dtype](out, channels)], `${String(n)} x ${String(plane)}`).toEqual(
          expected,
        );
        bench.reset();
      }
    }
  });

  it('sum squares in f64', () => {
    const bench = new KernelBench();
    for (const n of [...lengths, 1023, 1024, 1025, 5000]) {
      const values = uneven(dtype, n, n);
      const x = bench.put(arrayOf(dtype, values), size);
      const squares = values.map((value) => value * value);
      expect(bench.call(`sumSquares_${dtype}`, x, n), String(n)).toBe(laneSum('f64', squares));
      bench.reset();
    }
  });

  it('notice every element that is not finite', () => {
    const bench = new KernelBench();
    for (const n of [0, 1, 3, 4, 5, 16, 33]) {
      const values = spread(n, n);
      const x = bench.put(arrayOf(dtype, values), size);
      expect(bench.call(`allFinite_${dtype}`, x, n)).toBe(1);
      for (let i = 0; i < n; i++) {
        for (const wrong of [NaN, Infinity, -Infinity]) {
          const y = bench.put(arrayOf(dtype, values.with(i, wrong)));
          expect(bench.call(`allFinite_${dtype}`, y, n)).toBe(0);
        }
      }
      bench.reset();
    }
    const largest = dtype === 'f32' ? 3.4028234663852886e38 : Number.MAX_VALUE;
    expect(
      bench.call(`allFinite_${dtype}`, bench.put(arrayOf(dtype, [largest, -largest])), 2),
    ).toBe(1);
  });
});

describe('sums of i32', () => {
  it('wrap', () => {
    const bench = new KernelBench();
    for (const [outer, len, inner] of [
      [1, 100, 1],
      [2, 33, 5],
      [3, 0, 2],
    ] as const) {
      const values = integers(outer * len * inner, 5, -(2 ** 31), 2 ** 31);
      const x = bench.put(Int32Array.from(values));
      const out = bench.alloc(outer * inner * 4);
      bench.call('sum_i32', out, x, outer, len, inner);
      const expected = Array.from({ length: outer * inner }, (_, i) => {
        const [block, column] = [Math.floor(i / inner), i % inner];
        let sum = 0;
        for (let j = 0; j < len; j++) sum += values[(block * len + j) * inner + column] ?? 0;
        return sum | 0;
      });
      expect([...bench.i32(out, outer * inner)]).toEqual(expected);
    }
  });

  it('count equal elements', () => {
    const bench = new KernelBench();
    const [a, b] = [integers(101, 1, 0, 5), integers(101, 2, 0, 5)];
    const addresses = [bench.put(Int32Array.from(a)), bench.put(Int32Array.from(b))];
    const equal = a.filter((value, i) => value === b[i]).length;
    expect(bench.call('countEqual_i32', ...addresses, 101)).toBe(equal);
    expect(bench.call('countEqual_i32', ...addresses, 0)).toBe(0);
  });
});

describe.each(['f32', 'f64', 'i32'] as const)('extrema of %s', (dtype) => {
  it('find the largest and smallest along any axis, a NaN before all', () => {
    const bench = new KernelBench();
    const shapes = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 100].flatMap((len) => [
      [3, len, 1] as const,
      [2, len, 5] as const,
    ]);
    for (const [outer, len, inner] of shapes) {
      const n = outer * len * inner;
      for (const every of [3, 23, 1000]) {
        const values =
          dtype === 'i32'
            ? integers(n, len, -5, 5)
            : spread(n, len).map((v, i) => (i % every === 2 ? (specials[i % 19] ?? v) : v));
        const x = bench.put(arrayOf(dtype, values), bytesOf[dtype]);
        const out = bench.alloc(outer * inner * 8);
        for (const [name, better] of [
          ['max', (a: number, b: number) => a > b || (Object.is(b, -0) && Object.is(a, 0))],
          ['min', (a: number, b: number) => a < b || (Object.is(b, 0) && Object.is(a, -0))],
        ] as const) {
          const [extremes, places]: [number[], number[]] = [[], []];
          for (let i = 0; i < outer * inner; i++) {
            const at = (j: number): number =>
              arrayOf(dtype, [
                values[(Math.floor(i / inner) * len + j) * inner + (i % inner)] ?? 0,
              ])[0] ?? 0;
            let [best, place] = [at(0), 0];
            let signed = best;
            for (let j = 1; j < len; j++) {
              const value = at(j);
              const first = Number.isNaN(value) && !Number.isNaN(best);
              if (first || (value !== best && better(value, best))) [best, place] = [value, j];
              if (first || better(value, signed)) signed = value;
            }
            extremes.push(signed);
            places.push(place);
          }
          bench.call(`${name}_${dtype}`, out, x, outer, len, inner);
          expect(bits(bench[dtype](out, outer * inner)), name).toEqual(
            bits(arrayOf(dtype, extremes)),
          );
          bench.call(`arg${name}_${dtype}`, out, x, outer, len, inner);
          expect([...bench.i32(out, outer * inner)], `arg${name}`).toEqual(places);
        }
        bench.reset();
      }
    }
  });
});
