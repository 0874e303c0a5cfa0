import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { arrayOf, bits, bytesOf, rounded, sizes, specials, spread } from '../test-values.js';

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const tie = x - floor === 0.5;
  const nearest = tie ? floor + (Math.abs(floor % 2) === 1 ? 1 : 0) : Math.round(x);
  return nearest === 0 ? (Object.is(x, -0) || x < 0 ? -0 : 0) : nearest;
}

/** Functions whose result is exact, or rounded once or twice from exact ones. */
const exactFunctions: Readonly<Record<string, (x: number, r: (y: number) => number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  square: (x, r) => r(x * x),
  sqrt: (x, r) => r(Math.sqrt(x)),
  rsqrt: (x, r) => r(1 / r(Math.sqrt(x))),
  reciprocal: (x, r) => r(1 / x),
  relu: (x) => (x < 0 ? 0 : x),
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  trunc: Math.trunc,
};

const wrapping: Readonly<Record<string, (x: number) => number>> = {
  neg: (x) => -x | 0,
  abs: (x) => Math.abs(x) | 0,
  sign: Math.sign,
  square: (x) => Math.imul(x, x),
  relu: (x) => Math.max(x, 0),
};

describe.each(['f32', 'f64'] as const)('unary kernels of %s', (dtype) => {
  it.each(Object.entries(exactFunctions))('%s', (name, exact) => {
    const bench = new KernelBench();
    for (const n of sizes) {
      for (const offset of [0, bytesOf[dtype]]) {
        const values = spread(n, n + 1).map((value, i) => specials[(i * 7) % 40] ?? value);
        const input = arrayOf(dtype, values);
        const expected = arrayOf(
          dtype,
          [...input].map((value) => exact(value, (y) => rounded(dtype, y))),
        );
        const x = bench.put(input, offset);
        const out = bench.alloc(input.byteLength + offset) + offset;
        bench.call(`${name}_${dtype}`, out, x, n);
        expect(bits(bench[dtype](out, n)), `n = ${String(n)}`).toEqual(bits(expected));
        expect(bench.u8(out + input.byteLength, 8), 'behind the end').toEqual(
          new Uint8Array(8).fill(0xcd),
        );
        bench.call(`${name}_${dtype}`, x, x, n);
        expect(bits(bench[dtype](x, n)), 'in place').toEqual(bits(expected));
        bench.reset();
      }
    }
  });

  it('does the elementary functions in place', () => {
    const bench = new KernelBench();
    const input = arrayOf(dtype, spread(37, 3));
    const names =
      'exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf sigmoid';
    for (const name of names.split(' ')) {
      const x = bench.put(input);
      const out = bench.alloc(input.byteLength);
      bench.call(`${name}_${dtype}`, out, x, 37);
      bench.call(`${name}_${dtype}`, x, x, 37);
      expect(bits(bench[dtype](x, 37))).toEqual(bits(bench[dtype](out, 37)));
    }
  });

  it('propagates gradients through activations', () => {
    const bench = new KernelBench();
    const g = arrayOf(dtype, [1, 2, 3, 4, 5, -6]);
    const y = arrayOf(dtype, [0.5, 0, -0, -1, NaN, 2]);
    const [gAt, yAt, out] = [bench.put(g), bench.put(y), bench.alloc(g.byteLength)];
    bench.call(`reluGrad_${dtype}`, out, gAt, yAt, 6);
    expect([...bench[dtype](out, 6)]).toEqual([1, 0, 0, 0, 5, -6]);
    const r = (value: number): number => rounded(dtype, value);
    bench.call(`sigmoidGrad_${dtype}`, out, gAt, yAt, 6);
    expect([...bench[dtype](out, 6)]).toEqual(
      [...g].map((value, i) => r(value * r(r(1 - (y[i] ?? 0)) * (y[i] ?? 0)))),
    );
    bench.call(`tanhGrad_${dtype}`, out, gAt, yAt, 6);
    expect([...bench[dtype](out, 6)]).toEqual(
      [...g].map((value, i) => r(value * r(1 - r((y[i] ?? 0) ** 2)))),
    );
  });
});

describe('unary kernels of i32', () => {
  it.each(Object.entries(wrapping))('%s wraps', (name, exact) => {
    const bench = new KernelBench();
    for (const n of sizes) {
      const extremes = [-(2 ** 31), 2 ** 31 - 1, 0, -1, 65536, -46341];
      const input = Int32Array.from({ length: n }, (_, i) => extremes[i % 9] ?? i * 7919 - 3000);
      const x = bench.put(input, 4);
      const out = bench.alloc(4 * n);
      bench.call(`${name}_i32`, out, x, n);
      expect(bench.i32(out, n)).toEqual(input.map(exact));
      bench.reset();
    }
  });
});
