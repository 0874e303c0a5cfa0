import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { integers, spread } from '../test-values.js';

describe('gathering batches', () => {
  it('copies rows of any length', () => {
    const bench = new KernelBench();
    for (const rowBytes of [0, 1, 2, 3, 4, 5, 8, 31, 64, 127, 128, 129, 784, 3136]) {
      const source = Uint8Array.from(integers(20 * rowBytes, rowBytes, 0, 256));
      const indices = integers(33, 1, 0, 20);
      const [src, at] = [bench.put(source), bench.put(Int32Array.from(indices))];
      const out = bench.alloc(33 * rowBytes);
      bench.call('gatherRows', out, src, at, 33, rowBytes);
      const expected = indices.flatMap((i) => [
        ...source.subarray(i * rowBytes, (i + 1) * rowBytes),
      ]);
      expect([...bench.u8(out, 33 * rowBytes)]).toEqual(expected);
      expect(bench.u8(out + 33 * rowBytes, 8)).toEqual(new Uint8Array(8).fill(0xcd));
      bench.reset();
    }
  });

  it('looks bytes up in a table a channel', () => {
    const bench = new KernelBench();
    for (const [channels, plane] of [
      [1, 784],
      [3, 5],
      [2, 4],
      [3, 1],
      [2, 0],
    ] as const) {
      const source = Uint8Array.from(integers(10 * channels * plane, 3, 0, 256));
      const table = Float32Array.from(spread(channels * 256, 4));
      const indices = integers(7, 5, 0, 10);
      const [src, at] = [bench.put(source, 1), bench.put(Int32Array.from(indices))];
      const out = bench.alloc(7 * channels * plane * 4);
      bench.call('gatherLookup', out, src, at, 7, channels, plane, bench.put(table));
      const expected = indices.flatMap((index) =>
        Array.from({ length: channels * plane }, (_, j) => {
          const byte = source[index * channels * plane + j] ?? 0;
          return table[Math.floor(j / plane) * 256 + byte];
        }),
      );
      expect([...bench.f32(out, expected.length)]).toEqual(expected);
      expect(bench.u8(out + expected.length * 4, 8)).toEqual(new Uint8Array(8).fill(0xcd));
      bench.reset();
    }
  });

  it('normalises by channel', () => {
    const bench = new KernelBench();
    for (const [channels, plane] of [
      [1, 784],
      [3, 5],
      [2, 4],
      [4, 1],
      [2, 0],
    ] as const) {
      const source = Float32Array.from(spread(10 * channels * plane, 3));
      const mean = Float32Array.from(spread(channels, 6));
      const std = Float32Array.from(spread(channels, 7).map((x) => Math.abs(x) + 0.1));
      const indices = integers(7, 5, 0, 10);
      const [src, at] = [bench.put(source, 4), bench.put(Int32Array.from(indices))];
      const out = bench.alloc(7 * channels * plane * 4);
      const moments = [bench.put(mean), bench.put(std)];
      bench.call('gatherNormalize', out, src, at, 7, channels, plane, ...moments);
      const expected = indices.flatMap((index) =>
        Array.from({ length: channels * plane }, (_, j) => {
          const value = source[index * channels * plane + j] ?? 0;
          const channel = Math.floor(j / plane);
          return Math.fround(Math.fround(value - (mean[channel] ?? 0)) / (std[channel] ?? 1));
        }),
      );
      expect([...bench.f32(out, expected.length)]).toEqual(expected);
      bench.reset();
    }
  });
});
