import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { spread, ulpError } from '../test-values.js';

function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

const functions: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  reciprocal: (x) => 1 / x,
};

/** Where a function changes its branch, its sign, or meets the ends of its range. */
const borders = [
  0,
  1e-45,
  1.1754943508222875e-38,
  2 ** -24,
  2 ** -12,
  Math.SQRT2 - 1,
  1 - Math.SQRT1_2,
  0.34657359,
  1.0397208,
  0.5,
  0.625,
  Math.SQRT1_2,
  1,
  Math.SQRT2,
  Math.PI / 4,
  Math.PI / 2,
  Math.PI,
  9.010913,
  16.635532,
  17.32868,
  18,
  87.33655,
  88.02969,
  88.722839,
  89,
  103.278929,
  103.972084,
  104,
  131072,
  8388608,
  16777216,
  2 ** 31,
  3.4028234663852886e38,
  Infinity,
  NaN,
];

/** Every 997th of all bit patterns of f32, and 64 to either side of each border, in both signs. */
function* blocks(): Generator<Float32Array> {
  const block = new Uint32Array(65536);
  let used = 0;
  for (let pattern = 0; pattern < 2 ** 32; pattern += 997) {
    block[used++] = pattern;
    if (used === block.length) {
      yield new Float32Array(block.buffer);
      used = 0;
    }
  }
  const border = new Uint32Array(1);
  for (const value of borders) {
    new Float32Array(border.buffer)[0] = value;
    for (let step = -64; step <= 64; step++) {
      const pattern = (border[0] ?? 0) + step;
      if (pattern < 0) continue;
      block[used++] = pattern;
      block[used++] = pattern | 0x80000000;
    }
  }
  yield new Float32Array(block.buffer, 0, used);
}

describe('elementary functions', () => {
  it.each(Object.entries(functions))('%s of f32 is within 2 ulp everywhere', (name, exact) => {
    const bench = new KernelBench();
    const x = bench.alloc(65536 * 4);
    const out = bench.alloc(65536 * 4);
    const memory = bench.kernels.memory.buffer;
    const results = new Float32Array(memory, out, 65536);
    let worst = 0;
    let at = 0;
    for (const block of blocks()) {
      new Float32Array(memory, x, 65536).set(block);
      bench.call(`${name}_f32`, out, x, block.length);
      for (let i = 0; i < block.length; i++) {
        const value = block[i] ?? 0;
        const error = ulpError('f32', results[i] ?? 0, exact(value));
        if (error > worst) {
          worst = error;
          at = value;
        }
      }
    }
    expect(worst, `at ${String(at)}`).toBeLessThanOrEqual(2);
  });

  // The reference is the engine's Math, itself up to 1 ulp from the truth.
  it.each(Object.entries(functions))('%s of f64 is within 3 ulp of Math', (name, exact) => {
    const bench = new KernelBench();
    const values = [
      ...borders,
      ...borders.map((value) => -value),
      ...[709.782712893384, 709.7827128933841, -745.1332191019411, -745.1332191019412, -708.4],
      ...[5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e22, -1e300, 2 ** 52 + 1],
      ...spread(20000, 1, 1),
      ...spread(20000, 2, 40),
      ...spread(20000, 3, 750),
      ...spread(2000, 4, 1e9),
    ];
    const x = bench.put(Float64Array.from(values));
    const out = bench.alloc(values.length * 8);
    bench.call(`${name}_f64`, out, x, values.length);
    const results = bench.f64(out, values.length);
    for (const [i, value] of values.entries()) {
      const error = ulpError('f64', results[i] ?? 0, exact(value));
      if (error > 3) expect.fail(`${name}(${String(value)}) is ${String(error)} ulp off`);
    }
  });

  it('has the special values of IEEE 754', () => {
    const bench = new KernelBench();
    const cases: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
      exp: [[0, 1], [-0, 1], [Infinity, Infinity], [-Infinity, 0], [NaN, NaN]], // prettier-ignore
      expm1: [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -1], [NaN, NaN]], // prettier-ignore
      log: [[1, 0], [0, -Infinity], [-0, -Infinity], [-1, NaN], [-Infinity, NaN], [Infinity, Infinity]], // prettier-ignore
      log1p: [[0, 0], [-0, -0], [-1, -Infinity], [-2, NaN], [Infinity, Infinity], [NaN, NaN]], // prettier-ignore
      sin: [[0, 0], [-0, -0], [Infinity, NaN], [-Infinity, NaN], [NaN, NaN]], // prettier-ignore
      cos: [[0, 1], [-0, 1], [Infinity, NaN], [-Infinity, NaN], [NaN, NaN]], // prettier-ignore
      tanh: [[0, 0], [-0, -0], [Infinity, 1], [-Infinity, -1], [NaN, NaN]], // prettier-ignore
      sigmoid: [[0, 0.5], [-0, 0.5], [Infinity, 1], [-Infinity, 0], [NaN, NaN]], // prettier-ignore
    };
    for (const [name, pairs] of Object.entries(cases)) {
      const inputs = pairs.map(([input]) => input);
      const expected = pairs.map(([, output]) => output);
      const x32 = bench.put(Float32Array.from(inputs));
      const x64 = bench.put(Float64Array.from(inputs));
      const out = bench.alloc(inputs.length * 8);
      bench.call(`${name}_f32`, out, x32, inputs.length);
      expect([...bench.f32(out, inputs.length)], name).toEqual(expected);
      bench.call(`${name}_f64`, out, x64, inputs.length);
      expect([...bench.f64(out, inputs.length)], name).toEqual(expected);
    }
  });

  it('gives an element the same bits wherever it stands', () => {
    const bench = new KernelBench();
    const values = Float32Array.from([...spread(40, 5, 20), 1e6, -3e8]);
    const single = bench.alloc(4);
    for (const name of Object.keys(functions)) {
      for (let start = 0; start < 5; start++) {
        const part = values.subarray(start);
        const x = bench.put(part);
        const out = bench.alloc(part.byteLength);
        bench.call(`${name}_f32`, out, x, part.length);
        const together = bench.f32(out, part.length);
        for (let i = 0; i < part.length; i++) {
          bench.call(`${name}_f32`, single, x + 4 * i, 1);
          expect(bench.f32(single, 1)[0], name).toBe(together[i]);
        }
        bench.reset();
        bench.alloc(4);
      }
    }
  });

  it('offers single f64 values', () => {
    const bench = new KernelBench();
    expect(bench.call('exp1', 1)).toBeCloseTo(Math.E, 14);
    expect(bench.call('log1', 10)).toBeCloseTo(Math.LN10, 14);
    expect(bench.call('sin1', 1)).toBeCloseTo(Math.sin(1), 14);
    expect(bench.call('cos1', 1)).toBeCloseTo(Math.cos(1), 14);
    expect(bench.call('tanh1', 0.5)).toBeCloseTo(Math.tanh(0.5), 14);
    expect(bench.call('sqrt1', 2)).toBe(Math.SQRT2);
    expect(bench.call('pow1', 0.999, 1000)).toBeCloseTo(0.999 ** 1000, 14);
  });
});
