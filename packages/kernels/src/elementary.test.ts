import { describe, expect, it } from 'vitest';
import { argumentCount, elementaryFunctions } from '../scripts/accuracy.js';
import { KernelBench } from '../test-support.js';
import { spread } from '../test-values.js';

// How accurate they are is in accuracy.test.ts.
describe('elementary functions', () => {
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
      exp2: [[0, 1], [-0, 1], [10, 1024], [-1, 0.5], [Infinity, Infinity], [-Infinity, 0], [NaN, NaN]], // prettier-ignore
      log2: [[1, 0], [1024, 10], [0.125, -3], [0, -Infinity], [-0, -Infinity], [-1, NaN], [Infinity, Infinity], [NaN, NaN]], // prettier-ignore
      log10: [[1, 0], [1000, 3], [1e10, 10], [0, -Infinity], [-0, -Infinity], [-1, NaN], [Infinity, Infinity]], // prettier-ignore
      tan: [[0, 0], [-0, -0], [Infinity, NaN], [-Infinity, NaN], [NaN, NaN]], // prettier-ignore
      asin: [[0, 0], [-0, -0], [1.5, NaN], [-Infinity, NaN], [NaN, NaN]], // prettier-ignore
      acos: [[1, 0], [1.5, NaN], [-1.5, NaN], [Infinity, NaN], [NaN, NaN]], // prettier-ignore
      atan: [[0, 0], [-0, -0], [NaN, NaN]], // prettier-ignore
      sinh: [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -Infinity], [NaN, NaN]], // prettier-ignore
      cosh: [[0, 1], [-0, 1], [Infinity, Infinity], [-Infinity, Infinity], [NaN, NaN]], // prettier-ignore
      asinh: [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -Infinity], [NaN, NaN]], // prettier-ignore
      acosh: [[1, 0], [0.5, NaN], [-2, NaN], [-Infinity, NaN], [Infinity, Infinity], [NaN, NaN]], // prettier-ignore
      atanh: [[0, 0], [-0, -0], [1, Infinity], [-1, -Infinity], [1.5, NaN], [Infinity, NaN], [NaN, NaN]], // prettier-ignore
      erf: [[0, 0], [-0, -0], [10, 1], [Infinity, 1], [-Infinity, -1], [NaN, NaN]], // prettier-ignore
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
    const ofOne = Object.keys(elementaryFunctions).filter((name) => argumentCount(name) === 1);
    for (const name of ofOne) {
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
