import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { arrayOf, sizes, spread, type FloatDtype } from '../test-values.js';

type Numbers = readonly number[];

interface Activation {
  readonly numbers: Numbers;
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const inner = (x: number): number => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);

const activations: Readonly<Record<string, Activation>> = {
  leakyRelu: {
    numbers: [0.25],
    value: (x) => (x > 0 ? x : 0.25 * x),
    slope: (x) => (x > 0 ? 1 : 0.25),
  },
  elu: {
    numbers: [1.5, 0.75, 0.5],
    value: (x) => (x > 0 ? 1.5 * x : 0.75 * Math.expm1(0.5 * x)),
    slope: (x) => (x > 0 ? 1.5 : 0.375 * Math.exp(0.5 * x)),
  },
  softplus: {
    numbers: [2, 5],
    value: (x) => (2 * x > 5 ? x : Math.log1p(Math.exp(2 * x)) / 2),
    slope: (x) => (2 * x > 5 ? 1 : sigmoid(2 * x)),
  },
  silu: {
    numbers: [],
    value: (x) => x * sigmoid(x),
    slope: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
  },
  geluTanh: {
    numbers: [],
    value: (x) => (x * (1 + Math.tanh(inner(x)))) / 2,
    slope: (x) => {
      const t = Math.tanh(inner(x));
      const rate = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
      return (1 + t) / 2 + (x * (1 - t * t) * rate) / 2;
    },
  },
};

/** The distance of `y` from the exact value, in units in the last place of an f32 there. */
function ulpsOfF32(y: number, exact: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(exact))), -126);
  return Math.abs(y - exact) / 2 ** (exponent - 23);
}

describe('gelu of f32', () => {
  it.each(['gelu', 'geluGrad'])('%s is within 4 ulp of that of f64, in the tails too', (name) => {
    const bench = new KernelBench();
    const magnitudes = Array.from({ length: 1500 }, (_, i) => 10 ** (-30 + (31.15 * i) / 1500));
    const even = Array.from({ length: 3000 }, (_, i) => -13 + (26 * i) / 3000);
    // Around the zero of the gradient.
    const near = Array.from({ length: 201 }, (_, i) => -0.75179152 + (i - 100) * 1e-5);
    const x = Float32Array.from([...magnitudes, ...magnitudes.map((m) => -m), ...even, ...near]);
    const results = (['f32', 'f64'] as const).map((dtype) => {
      const at = bench.put(arrayOf(dtype, [...x]));
      const ones = bench.put(arrayOf(dtype, Array<number>(x.length).fill(1)));
      const out = bench.alloc(x.length * 8);
      bench.call(`${name}_${dtype}`, out, ...(name === 'gelu' ? [at] : [ones, at]), x.length);
      return [...bench[dtype](out, x.length)];
    });
    const [rounded = [], exact = []] = results;
    const errors = rounded.map((y, i) => ulpsOfF32(y, exact[i] ?? NaN));
    expect(Math.max(...errors)).toBeLessThan(4);
  });

  it('has the special values of the formula', () => {
    const bench = new KernelBench();
    const x = bench.put(Float32Array.of(0, -0, Infinity, NaN, -40, 40, 0, 0));
    const out = bench.alloc(8 * 4);
    bench.call('gelu_f32', out, x, 6);
    expect([...bench.f32(out, 6)]).toEqual([0, -0, Infinity, NaN, -0, 40]);
  });
});

const within: Readonly<Record<FloatDtype, number>> = { f32: 1e-6, f64: 1e-14 };

describe.each(['f32', 'f64'] as const)('activations of %s', (dtype) => {
  it.each(Object.entries(activations))('%s and its gradient', (name, { numbers, value, slope }) => {
    const bench = new KernelBench();
    for (const n of sizes) {
      const x = arrayOf(dtype, spread(n, n + 1, 5));
      const g = arrayOf(dtype, spread(n, n + 2, 1));
      const [xAt, gAt, out] = [bench.put(x), bench.put(g), bench.alloc(x.byteLength)];
      bench.call(`${name}_${dtype}`, out, xAt, n, ...numbers);
      bench[dtype](out, n).forEach((y, i) => {
        expect(Math.abs(y - value(x[i] ?? 0))).toBeLessThan(within[dtype] * 5);
      });
      bench.call(`${name}Grad_${dtype}`, out, gAt, xAt, n, ...numbers);
      bench[dtype](out, n).forEach((y, i) => {
        expect(Math.abs(y - (g[i] ?? 0) * slope(x[i] ?? 0))).toBeLessThan(within[dtype] * 5);
      });
      expect(bench.u8(out + x.byteLength, 8), 'behind the end').toEqual(
        new Uint8Array(8).fill(0xcd),
      );
      bench.reset();
    }
  });

  it('gelu keeps its digits where the normal distribution is small', () => {
    const bench = new KernelBench();
    // x Phi(x), from tables of 30 digits
    const values = new Map([
      [-10, -7.619853024160526e-23],
      [-5, -1.4332578593959696e-6],
      [-1, -0.15865525393145705],
      [0.5, 0.34573123063700655],
      [3, 2.9959503059051097],
    ]);
    const x = arrayOf(dtype, [...values.keys()]);
    const out = bench.alloc(x.byteLength);
    bench.call(`gelu_${dtype}`, out, bench.put(x), values.size);
    const results = bench[dtype](out, values.size);
    [...values.values()].forEach((exact, i) => {
      const relative = Math.abs((results[i] ?? 0) / exact - 1);
      expect(relative).toBeLessThan(dtype === 'f32' ? 1e-7 : 1e-13);
    });
  });

  it('spherical Bessel functions without their zero, near 0 and far from it', () => {
    const bench = new KernelBench();
    // order, x and j_order(pi x) / (pi x)^order, from tables of 30 digits
    const values = [
      [0, 0, 1],
      [0, 1, 0],
      [0, 0.0009765625, 0.99999843126936654],
      [1, 0, 1 / 3],
      [1, 0.5, 0.25801227546559591],
      [2, 2.75, -0.00067171563544417179],
      [3, 0.90625, 0.005948302615726949],
      [3, 7.25, -1.8626637681231651e-6],
      [0, Infinity, NaN],
    ] as const;
    for (const [order, at, exact] of values) {
      const out = bench.alloc(8);
      bench.call(`sphericalBessel_${dtype}`, out, bench.put(arrayOf(dtype, [at])), 1, order);
      const error = Math.abs((bench[dtype](out, 1)[0] ?? 0) - exact);
      if (Number.isNaN(exact)) expect(error).toBeNaN();
      else expect(error).toBeLessThan(dtype === 'f32' ? 1e-7 : 1e-14);
      bench.reset();
    }
  });
});
