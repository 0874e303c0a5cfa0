import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { arrayOf, bytesOf, integers } from '../test-values.js';

/** Indices of shape [4, 3, 5] along the middle axis of a tensor of shape [6, 7, 5]. */
const shape = [4, 3, 5];
const strides = [35, 0, 1];
const step = 5;
const size = 6 * 7 * 5;
const indices = integers(60, 3, 0, 7);
const placeOf = (p: number) => Math.floor(p / 15) * 35 + (p % 5) + (indices[p] ?? 0) * step;

function place(bench: KernelBench): [indices: number, meta: number] {
  return [
    bench.put(Int32Array.from(indices)),
    bench.put(Int32Array.from([3, ...shape, ...strides])),
  ];
}

describe.each(['f32', 'f64', 'i32', 'u8'] as const)('elements of %s', (dtype) => {
  const bytes = bytesOf[dtype];

  it('are gathered along an axis', () => {
    const bench = new KernelBench();
    const values = integers(size, 1, 0, 200);
    const x = bench.put(arrayOf(dtype, values));
    const out = bench.alloc(60 * bytes);
    const [at, meta] = place(bench);
    bench.call(`gatherElements${bytes}`, out, x, at, step, meta);
    expect([...bench[dtype](out, 60)]).toEqual(indices.map((_, p) => values[placeOf(p)]));
  });

  it('are scattered, the last of several at one place staying', () => {
    const bench = new KernelBench();
    const [before, values] = [integers(size, 2, 0, 200), integers(60, 4, 0, 200)];
    const [out, x] = [bench.put(arrayOf(dtype, before)), bench.put(arrayOf(dtype, values))];
    const [at, meta] = place(bench);
    bench.call(`scatterElements${bytes}`, out, x, at, step, meta);
    const expected = [...before];
    values.forEach((value, p) => (expected[placeOf(p)] = value));
    expect([...bench[dtype](out, size)]).toEqual(expected);
  });
});

describe.each(['f32', 'f64', 'i32'] as const)('elements of %s', (dtype) => {
  it('are combined where they meet', () => {
    const bench = new KernelBench();
    const [before, values] = [integers(size, 2, -3, 4), integers(60, 4, -3, 4)];
    if (dtype !== 'i32') values[17] = before[3] = NaN;
    const [at, meta] = place(bench);
    for (const [name, combine] of [
      ['Sum', (a: number, b: number) => a + b],
      ['Prod', (a: number, b: number) => a * b],
      ['Max', Math.max],
      ['Min', Math.min],
    ] as const) {
      const [out, x] = [bench.put(arrayOf(dtype, before)), bench.put(arrayOf(dtype, values))];
      bench.call(`scatter${name}_${dtype}`, out, x, at, step, meta);
      const expected = [...before];
      values.forEach((value, p) => {
        expected[placeOf(p)] = combine(expected[placeOf(p)] ?? 0, value);
      });
      // + 0: the sign of a zero is not what this is about
      expect([...bench[dtype](out, size)].map((v) => v + 0)).toEqual(expected.map((v) => v + 0));
    }
  });

  it('are added by rows', () => {
    const bench = new KernelBench();
    for (const length of [0, 1, 3, 8, 21]) {
      const [before, values] = [integers(7 * length, 2, -9, 9), integers(60 * length, 4, -9, 9)];
      const [out, x] = [bench.put(arrayOf(dtype, before)), bench.put(arrayOf(dtype, values))];
      bench.call(`addRows_${dtype}`, out, x, bench.put(Int32Array.from(indices)), 60, length);
      const expected = [...before];
      values.forEach((value, i) => {
        const to = (indices[Math.floor(i / length)] ?? 0) * length + (i % length);
        expected[to] = (expected[to] ?? 0) + value;
      });
      expect([...bench[dtype](out, 7 * length)]).toEqual(expected);
      bench.reset();
    }
  });
});

describe('indices', () => {
  it('count from the back where they are negative, and are looked through for wrong ones', () => {
    const bench = new KernelBench();
    const list = bench.put(Int32Array.of(0, 4, -5, -1, 2));
    const out = bench.alloc(20);
    expect(bench.call('wrapIndices', out, list, 5, 5)).toBe(-1);
    expect([...bench.i32(out, 5)]).toEqual([0, 4, 0, 4, 2]);
    expect(bench.call('wrapIndices', out, list, 5, 4)).toBe(1);
    expect(bench.call('wrapIndices', out, bench.put(Int32Array.of(1, -6)), 2, 5)).toBe(1);
    expect(bench.call('wrapIndices', out, list, 0, 0)).toBe(-1);
  });

  it('are those of true elements', () => {
    const bench = new KernelBench();
    const mask = Uint8Array.of(1, 0, 0, 255, 1);
    const out = bench.alloc(20);
    expect(bench.call('nonzeroPlaces', out, bench.put(mask), 5)).toBe(3);
    expect([...bench.i32(out, 3)]).toEqual([0, 3, 4]);
  });

  it('say where rows go, the last of several at one place staying', () => {
    const bench = new KernelBench();
    for (const rowBytes of [0, 3, 8, 200]) {
      const [before, rows] = [
        integers(7 * rowBytes, 2, 0, 256),
        integers(60 * rowBytes, 4, 0, 256),
      ];
      const [out, x] = [bench.put(Uint8Array.from(before)), bench.put(Uint8Array.from(rows))];
      bench.call('scatterRows', out, x, bench.put(Int32Array.from(indices)), 60, rowBytes);
      const expected = [...before];
      rows.forEach((value, i) => {
        expected[(indices[Math.floor(i / rowBytes)] ?? 0) * rowBytes + (i % rowBytes)] = value;
      });
      expect([...bench.u8(out, 7 * rowBytes)]).toEqual(expected);
      bench.reset();
    }
  });
});
