import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import {
  arrayOf,
  bytesOf,
  indicesOf,
  integers,
  sizes,
  spread,
  type Dtype,
} from '../test-values.js';

const layouts = [
  { shape: [], strides: [] },
  { shape: [0], strides: [1] },
  { shape: [50], strides: [1] },
  { shape: [7], strides: [3] },
  { shape: [3, 200], strides: [200, 1] },
  { shape: [2, 50], strides: [100, 2] },
  { shape: [37, 21], strides: [1, 37] },
  { shape: [3, 20, 18], strides: [360, 1, 20] },
  { shape: [4, 3, 5], strides: [1, 20, 4] },
  { shape: [5, 4, 3], strides: [3, 15, 1] },
];

const reading = [
  ...layouts,
  { shape: [6], strides: [0] },
  { shape: [4, 9], strides: [0, 1] },
  { shape: [3, 5], strides: [1, 0] },
  { shape: [7], strides: [-1] },
  { shape: [3, 4], strides: [-4, -1] },
];

const elements = { 1: 'u8', 4: 'i32', 8: 'f64' } as const;

describe.each([1, 4, 8] as const)('strided copies of %i bytes', (bytes) => {
  const dtype = elements[bytes];

  it('gathers into a contiguous tensor', () => {
    const bench = new KernelBench();
    for (const { shape, strides } of reading) {
      const indices = indicesOf(shape, strides);
      const lowest = Math.min(0, ...indices);
      const source = arrayOf(dtype, integers(Math.max(1, ...indices) - lowest + 1, 1, 0, 256));
      const x = bench.put(source) - lowest * bytes;
      const meta = bench.put(Int32Array.from([shape.length, ...shape, ...strides]));
      const out = bench.alloc(indices.length * bytes);
      bench.call(`stridedCopy${String(bytes)}`, out, x, meta);
      const expected = indices.map((index) => source[index - lowest]);
      expect([...bench[dtype](out, indices.length)], JSON.stringify({ shape, strides })).toEqual(
        expected,
      );
      expect(bench.u8(out + indices.length * bytes, 4)).toEqual(new Uint8Array(4).fill(0xcd));
      bench.reset();
    }
  });

  it('scatters a contiguous tensor', () => {
    const bench = new KernelBench();
    for (const { shape, strides } of layouts) {
      const indices = indicesOf(shape, strides);
      const source = arrayOf(dtype, integers(indices.length, 2, 0, 256));
      const length = Math.max(1, ...indices) + 1;
      const target = arrayOf(dtype, integers(length, 3, 0, 256));
      const [x, out] = [bench.put(source), bench.put(target)];
      const meta = bench.put(Int32Array.from([shape.length, ...shape, ...strides]));
      bench.call(`stridedScatter${String(bytes)}`, out, x, meta);
      indices.forEach((index, i) => (target[index] = source[i] ?? NaN));
      expect(bench[dtype](out, length)).toEqual(target);
      bench.reset();
    }
  });
});

describe('strided sums', () => {
  const overlapping = [
    ...layouts,
    { shape: [6], strides: [0] },
    { shape: [5, 7], strides: [1, 1] },
    { shape: [4, 3, 9], strides: [2, 0, 3] },
    { shape: [3, 4], strides: [0, 1] },
  ];

  it.each(['f32', 'f64'] as const)('add a contiguous tensor of %s', (dtype) => {
    const bench = new KernelBench();
    for (const { shape, strides } of overlapping) {
      const indices = indicesOf(shape, strides);
      const source = arrayOf(dtype, spread(indices.length, 2));
      const length = Math.max(1, ...indices) + 1;
      const target = arrayOf(dtype, spread(length, 3));
      const [x, out] = [bench.put(source), bench.put(target)];
      const meta = bench.put(Int32Array.from([shape.length, ...shape, ...strides]));
      bench.call(`stridedAdd_${dtype}`, out, x, meta);
      indices.forEach((index, i) => (target[index] = (target[index] ?? 0) + (source[i] ?? NaN)));
      expect(bench[dtype](out, length)).toEqual(target);
      bench.reset();
    }
  });
});

describe('fill', () => {
  it.each(['f32', 'f64', 'i32', 'u8'] as const)('fills with %s', (dtype) => {
    const bench = new KernelBench();
    for (const n of sizes) {
      const out = bench.alloc((n + 1) * bytesOf[dtype]) + bytesOf[dtype];
      const value = dtype === 'f32' || dtype === 'f64' ? -1.3 : 200;
      bench.call(`fill_${dtype}`, out, value, n);
      expect(bench[dtype](out, n)).toEqual(arrayOf(dtype, new Array<number>(n).fill(value)));
      expect(bench.u8(out + n * bytesOf[dtype], 4)).toEqual(new Uint8Array(4).fill(0xcd));
      bench.reset();
    }
  });
});

describe('cast', () => {
  const dtypes = ['f32', 'f64', 'i32', 'u8'] as const;
  const pairs = dtypes.flatMap((from) => dtypes.map((to) => [from, to] as const));

  /** Truncated to the nearest i32, NaN to 0. */
  function toInteger(value: number): number {
    const truncated = Math.trunc(value);
    return Number.isNaN(value) ? 0 : Math.min(Math.max(truncated, -(2 ** 31)), 2 ** 31 - 1);
  }

  it.each(pairs.filter(([from, to]) => from !== to))('%s to %s', (from, to) => {
    const bench = new KernelBench();
    const float = from === 'f32' || from === 'f64';
    const extremes = float
      ? [NaN, Infinity, -Infinity, -0, 0.99, -0.99, 2.5, -2.5, 3e9, -3e9, 255.9, 256, -1, 1e-45]
      : [0, 1, 255, 256, -1, 2 ** 31 - 1, -(2 ** 31), 16777217];
    for (const n of sizes) {
      const values = spread(n, n, 300).map((value, i) => extremes[i % 20] ?? value);
      const source = arrayOf(from, values);
      const convert: Readonly<Record<Dtype, (value: number) => number>> = {
        f32: Math.fround,
        f64: (value) => value,
        i32: toInteger,
        u8: (value) => toInteger(value) & 255,
      };
      const [x, out] = [bench.put(source, bytesOf[from]), bench.alloc(n * bytesOf[to])];
      bench.call(`cast_${from}_${to}`, out, x, n);
      expect(bench[to](out, n)).toEqual(arrayOf(to, [...source].map(convert[to])));
      bench.reset();
    }
  });

  it.each(dtypes)('%s to bool', (from) => {
    const bench = new KernelBench();
    const source = arrayOf(from, [0, -0, 1, 2, 0, 7]);
    const out = bench.alloc(6);
    bench.call(`cast_${from}_bool`, out, bench.put(source), 6);
    expect([...bench.u8(out, 6)]).toEqual([0, 0, 1, 1, 0, 1]);
    if (from === 'f32' || from === 'f64') {
      bench.call(`cast_${from}_bool`, out, bench.put(arrayOf(from, [NaN, 0.5, -1e-40])), 3);
      expect([...bench.u8(out, 3)]).toEqual([1, 1, 1]);
    }
  });
});
