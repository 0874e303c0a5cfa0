import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { arrayOf, bits, bytesOf, sizes, spread } from '../test-values.js';

type Counter = readonly [number, number, number, number];

/** Philox4x32-10 as its paper has it, one block. */
function philox(counter: Counter, [k0, k1]: readonly [number, number]): number[] {
  let x: Counter = counter;
  let [key0, key1] = [k0, k1];
  for (let round = 0; round < 10; round++) {
    const product0 = 0xd2511f53n * BigInt(x[0]);
    const product1 = 0xcd9e8d57n * BigInt(x[2]);
    const [low0, low1] = [Number(product0 & 0xffffffffn), Number(product1 & 0xffffffffn)];
    const [high0, high1] = [Number(product0 >> 32n), Number(product1 >> 32n)];
    x = [(high1 ^ x[1] ^ key0) >>> 0, low1, (high0 ^ x[3] ^ key1) >>> 0, low0];
    key0 = (key0 + 0x9e3779b9) >>> 0;
    key1 = (key1 + 0xbb67ae85) >>> 0;
  }
  return [...x];
}

const key = [0xdeadbeef, 0x12345678] as const;
const stream = [7, 0xffffffff, 3] as const;
const names = ['uniform', 'normal'] as const;

describe('Philox', () => {
  it('gives the published answers of Random123', () => {
    const ones = 0xffffffff;
    expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    expect(philox([ones, ones, ones, ones], [ones, ones])).toEqual([
      0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
    ]);
    expect(
      philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
    ).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);

    const bench = new KernelBench();
    const out = bench.alloc(16);
    bench.call('randomBits', out, 4, 0, 0, 0, 0, 0);
    expect([...bench.u32(out, 4)]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  it('makes word i of block floor(i / 4) of the stream', () => {
    const bench = new KernelBench();
    for (const n of sizes) {
      const out = bench.alloc(4 * n);
      bench.call('randomBits', out, n, ...key, ...stream);
      const expected = Array.from(
        { length: n },
        (_, i) => philox([Math.floor(i / 4), ...stream], key)[i % 4],
      );
      expect([...bench.u32(out, n)]).toEqual(expected);
      expect(bench.u8(out + 4 * n, 8)).toEqual(new Uint8Array(8).fill(0xcd));
      bench.reset();
    }
  });
});

describe.each(['f32', 'f64'] as const)('random %s', (dtype) => {
  const size = bytesOf[dtype];

  it('is uniform from the high bits of its words', () => {
    const bench = new KernelBench();
    const n = 100;
    const [words, out] = [bench.alloc(8 * n), bench.alloc(size * n)];
    bench.call('randomBits', words, 2 * n, ...key, ...stream);
    bench.call(`uniform_${dtype}`, out, n, 0, 1, ...key, ...stream);
    const w = bench.u32(words, 2 * n);
    const expected = Array.from({ length: n }, (_, i) =>
      dtype === 'f32'
        ? ((w[i] ?? 0) >>> 8) / 2 ** 24
        : (((w[2 * i] ?? 0) >>> 5) * 2 ** 26 + ((w[2 * i + 1] ?? 0) >>> 6)) / 2 ** 53,
    );
    expect([...bench[dtype](out, n)]).toEqual(expected);
  });

  it('stays below the upper end, however narrow the range', () => {
    const bench = new KernelBench();
    const n = 5000;
    const out = bench.alloc(size * n);
    const next = dtype === 'f32' ? 1 + 2 ** -23 : 1 + 2 ** -52;
    for (const [low, high] of [
      [1, next],
      [-3, -2],
      [-1, 0],
      [5, 5],
      [1e-45, 3e-45],
    ] as const) {
      bench.call(`uniform_${dtype}`, out, n, low, high, 1, 2, 3, 4, 5);
      const [a, b] = arrayOf(dtype, [low, high]);
      for (const value of bench[dtype](out, n)) {
        if (!(value >= (a ?? 0) && (value < (b ?? 0) || low === high))) expect.fail(String(value));
      }
    }
  });

  it.each(names)('makes an element of %s from its index alone', (name) => {
    const bench = new KernelBench();
    const longest = bench.alloc(1000 * size);
    bench.call(`${name}_${dtype}`, longest, 1000, -1, 2, ...key, ...stream);
    const all = bench[dtype](longest, 1000);
    for (const n of sizes) {
      const out = bench.alloc(n * size);
      bench.call(`${name}_${dtype}`, out, n, -1, 2, ...key, ...stream);
      expect(bits(bench[dtype](out, n))).toEqual(bits(all.subarray(0, n)));
      expect(bench.u8(out + n * size, 8)).toEqual(new Uint8Array(8).fill(0xcd));
    }
  });

  it('has the moments and the tails of a normal distribution', () => {
    const bench = new KernelBench();
    const n = 200000;
    const out = bench.alloc(n * size);
    bench.call(`normal_${dtype}`, out, n, 3, 2, ...key, ...stream);
    const z = Array.from(bench[dtype](out, n), (value) => (value - 3) / 2);
    const moment = (power: number): number => z.reduce((sum, x) => sum + x ** power, 0) / n;
    // within about five standard errors
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    const beyond = z.filter((x) => Math.abs(x) > 3).length / n;
    expect(Math.abs(beyond - 0.0026998)).toBeLessThan(5 * Math.sqrt(0.0027 / n));
    const pairs = Array.from({ length: n / 2 }, (_, i) => (z[2 * i] ?? 0) * (z[2 * i + 1] ?? 0));
    const correlation = pairs.reduce((a, b) => a + b, 0) / pairs.length;
    expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(n / 2));
  });

  it('drops by the words of the stream and scales what is kept', () => {
    const bench = new KernelBench();
    for (const n of sizes) {
      for (const p of [0, 0.1, 0.5, 0.75, 1]) {
        const x = arrayOf(
          dtype,
          spread(n, n).map((value, i) => (i % 11 === 5 ? NaN : value)),
        );
        const [at, words] = [bench.put(x, size), bench.alloc(4 * n)];
        const [out, mask] = [bench.alloc(n * size), bench.alloc(n)];
        bench.call('randomBits', words, n, ...key, ...stream);
        bench.call(`dropout_${dtype}`, out, mask, at, n, p, ...key, ...stream);
        const kept = [...bench.u32(words, n)].map((word) => (word >>> 8) / 2 ** 24 >= p);
        expect([...bench.u8(mask, n)]).toEqual(kept.map(Number));
        expect(bench.u8(mask + n, 8)).toEqual(new Uint8Array(8).fill(0xcd));
        const scale = arrayOf(dtype, [1 / (1 - p)])[0] ?? 0;
        const expected = arrayOf(
          dtype,
          kept.map((keep, i) => (keep ? (x[i] ?? 0) * scale : 0)),
        );
        expect(bits(bench[dtype](out, n))).toEqual(bits(expected));
        expect(bench.u8(out + n * size, 8)).toEqual(new Uint8Array(8).fill(0xcd));
        bench.call(`dropoutGrad_${dtype}`, at, at, mask, n, p);
        expect(bits(bench[dtype](at, n))).toEqual(bits(expected));
        bench.reset();
      }
    }
  });
});
