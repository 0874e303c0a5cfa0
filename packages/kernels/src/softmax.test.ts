import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import {
  arrayOf,
  bits,
  bytesOf,
  integers,
  spread,
  ulpError,
  type FloatDtype,
} from '../test-values.js';

const lengths = [1, 2, 3, 4, 5, 7, 8, 10, 15, 16, 17, 31, 33, 100, 1000, 1024, 1025, 2500];

/** A row's softmax in f64, and the logarithm of its denominator with the largest logit apart. */
function reference(row: readonly number[]): { p: number[]; m: number; logSum: number } {
  const m = Math.max(...row);
  const e = row.map((value) => Math.exp(value - m));
  const sum = e.reduce((a, b) => a + b, 0);
  return { p: e.map((value) => value / sum), m, logSum: Math.log(sum) };
}

/** How far results may be from f64 arithmetic: some ulp, but the reference of f64 has an error of its own. */
function tolerance(dtype: FloatDtype, length: number): number {
  return dtype === 'f32' ? 4 : 8 + Math.sqrt(length);
}

function expectClose(
  dtype: FloatDtype,
  actual: ArrayLike<number>,
  exact: readonly number[],
  bound: number,
  what: string,
): void {
  for (const [i, value] of exact.entries()) {
    const error = ulpError(dtype, actual[i] ?? NaN, value);
    if (!(error <= bound)) {
      expect.fail(
        `${what}, ${String(i)}: ${String(actual[i])} for ${String(value)}, ${String(error)} ulp`,
      );
    }
  }
}

describe.each(['f32', 'f64'] as const)('softmax of %s', (dtype) => {
  const size = bytesOf[dtype];

  it.each(lengths)('is within a few ulp of f64 for rows of %i', (len) => {
    const bench = new KernelBench();
    for (const scale of [1, 20]) {
      const rows = 3;
      const x = arrayOf(dtype, spread(rows * len, len, scale));
      const [at, out] = [bench.put(x, size), bench.alloc(rows * len * size)];
      const references = Array.from({ length: rows }, (_, i) =>
        reference([...x.subarray(i * len, (i + 1) * len)]),
      );
      bench.call(`softmax_${dtype}`, out, at, rows, len);
      const bound = tolerance(dtype, len);
      const p = references.flatMap((row) => row.p);
      expectClose(dtype, bench[dtype](out, rows * len), p, bound, 'softmax');
      bench.call(`logSoftmax_${dtype}`, out, at, rows, len);
      if (dtype === 'f32') {
        const logs = [...x].map((value, i) => {
          const row = references[Math.floor(i / len)];
          return value - (row?.m ?? 0) - (row?.logSum ?? 0);
        });
        expectClose(dtype, bench[dtype](out, rows * len), logs, 1, 'logSoftmax');
      }
      expect(bench.u8(out + rows * len * size, 8)).toEqual(new Uint8Array(8).fill(0xcd));
      bench.call(`softmax_${dtype}`, at, at, rows, len);
      expectClose(dtype, bench[dtype](at, rows * len), p, bound, 'softmax in place');
      bench.reset();
    }
  });

  it('does not depend on the rows around', () => {
    const bench = new KernelBench();
    for (const name of ['softmax', 'logSoftmax']) {
      for (const len of [1, 3, 10, 16, 33]) {
        const x = arrayOf(dtype, spread(5 * len, len, 8));
        const [at, out, one] = [bench.put(x), bench.alloc(5 * len * size), bench.alloc(len * size)];
        bench.call(`${name}_${dtype}`, out, at, 5, len);
        for (let row = 0; row < 5; row++) {
          bench.call(`${name}_${dtype}`, one, at + row * len * size, 1, len);
          expect(bits(bench[dtype](one, len))).toEqual(
            bits(bench[dtype](out + row * len * size, len)),
          );
        }
        bench.reset();
      }
    }
  });

  it('is stable for huge logits and follows PyTorch for infinite ones', () => {
    const bench = new KernelBench();
    const cases: [number[], number[], number[]][] = [
      [[1e4, -1e4, 0], [1, 0, 0], [0, -2e4, -1e4]],
      [[-1e4, -1e4], [0.5, 0.5], [-Math.LN2, -Math.LN2]],
      [[-Infinity, 0], [0, 1], [-Infinity, 0]],
      [[-Infinity, -Infinity], [NaN, NaN], [NaN, NaN]],
      [[Infinity, 0], [NaN, NaN], [NaN, NaN]],
      [[NaN, 0], [NaN, NaN], [NaN, NaN]],
      [[3.4e38, -3.4e38], [1, 0], [0, -6.8e38]],
    ]; // prettier-ignore
    for (const [x, p, logs] of cases) {
      const [at, out] = [bench.put(arrayOf(dtype, x)), bench.alloc(x.length * size)];
      bench.call(`softmax_${dtype}`, out, at, 1, x.length);
      expect(bench[dtype](out, x.length)).toEqual(arrayOf(dtype, p));
      bench.call(`logSoftmax_${dtype}`, out, at, 1, x.length);
      expect(bench[dtype](out, x.length)).toEqual(arrayOf(dtype, logs));
    }
  });

  it('has the gradients of its formulas', () => {
    const bench = new KernelBench();
    const relative = dtype === 'f32' ? 1e-6 : 1e-14;
    for (const len of [1, 2, 5, 10, 16, 33, 1025]) {
      const rows = 2;
      const g = arrayOf(dtype, spread(rows * len, 2));
      const x = bench.put(arrayOf(dtype, spread(rows * len, 1)));
      const [y, out, gAt] = [
        bench.alloc(rows * len * size),
        bench.alloc(rows * len * size),
        bench.put(g),
      ];
      for (const name of ['softmax', 'logSoftmax']) {
        bench.call(`${name}_${dtype}`, y, x, rows, len);
        bench.call(`${name}Grad_${dtype}`, out, gAt, y, rows, len);
        const [values, results] = [bench[dtype](y, rows * len), bench[dtype](out, rows * len)];
        for (let row = 0; row < rows; row++) {
          let sum = 0;
          for (let j = row * len; j < (row + 1) * len; j++) {
            sum += name === 'softmax' ? (g[j] ?? 0) * (values[j] ?? 0) : (g[j] ?? 0);
          }
          for (let j = row * len; j < (row + 1) * len; j++) {
            const [gj, yj] = [g[j] ?? 0, values[j] ?? 0];
            const exact = name === 'softmax' ? yj * (gj - sum) : gj - Math.exp(yj) * sum;
            expect(Math.abs((results[j] ?? 0) - exact)).toBeLessThan(
              relative * (4 + Math.abs(sum)),
            );
          }
        }
      }
      bench.reset();
    }
  });
});

describe.each(['f32', 'f64'] as const)('cross-entropy of %s', (dtype) => {
  const size = bytesOf[dtype];

  it.each(lengths)('is within 4 ulp of f64 for %i classes, gradients too', (classes) => {
    const bench = new KernelBench();
    for (const scale of [1, 20]) {
      const rows = 4;
      const logits = arrayOf(dtype, spread(rows * classes, classes, scale));
      const targets = integers(rows, classes, 0, classes);
      const weights = arrayOf(dtype, spread(rows, 3));
      const references = Array.from({ length: rows }, (_, i) =>
        reference([...logits.subarray(i * classes, (i + 1) * classes)]),
      );
      const [x, t, g] = [
        bench.put(logits, size),
        bench.put(Int32Array.from(targets)),
        bench.put(weights),
      ];
      const [loss, lse] = [bench.alloc(rows * size), bench.alloc(rows * size)];
      const out = bench.alloc(rows * classes * size);
      expect(bench.call(`crossEntropy_${dtype}`, loss, lse, x, t, rows, classes)).toBe(-1);
      bench.call(`crossEntropyGrad_${dtype}`, out, g, lse, x, t, rows, classes);
      const losses = references.map(
        ({ m, logSum }, i) => m - (logits[i * classes + (targets[i] ?? 0)] ?? 0) + logSum,
      );
      const gradients = references.flatMap(({ p }, i) =>
        p.map((value, j) => (weights[i] ?? 0) * (value - Number(j === targets[i]))),
      );
      if (dtype === 'f32') {
        expectClose(dtype, bench.f32(loss, rows), losses, 4, 'loss');
        expectClose(dtype, bench.f32(out, rows * classes), gradients, 4, 'gradient');
      } else {
        // near 0 the reference loses digits as the kernel does
        for (const [i, value] of bench.f64(loss, rows).entries()) {
          expect(Math.abs(value - (losses[i] ?? 0))).toBeLessThan(1e-14 * (1 + (losses[i] ?? 0)));
        }
        for (const [i, value] of bench.f64(out, rows * classes).entries()) {
          expect(Math.abs(value - (gradients[i] ?? 0))).toBeLessThan(1e-14);
        }
      }
      for (const [i, value] of bench[dtype](lse, rows).entries()) {
        const exact = (references[i]?.m ?? 0) + (references[i]?.logSum ?? 0);
        expect(Math.abs(value - exact)).toBeLessThan(1e-6 * (1 + Math.abs(exact)));
      }
      bench.reset();
    }
  });

  it('keeps the digits of a tiny loss and of its gradient', () => {
    const bench = new KernelBench();
    const logits = [18, 0, 0.5, -1];
    const { p, m, logSum } = reference(logits);
    const x = bench.put(arrayOf(dtype, logits));
    const [t, g] = [bench.put(Int32Array.of(0)), bench.put(arrayOf(dtype, [1]))];
    const [loss, lse, out] = [bench.alloc(size), bench.alloc(size), bench.alloc(4 * size)];
    bench.call(`crossEntropy_${dtype}`, loss, lse, x, t, 1, 4);
    expectClose(dtype, bench[dtype](loss, 1), [m - 18 + logSum], 1, 'loss');
    bench.call(`crossEntropyGrad_${dtype}`, out, g, lse, x, t, 1, 4);
    // in f64 the reference itself cancels
    expect(bench[dtype](out, 1)[0]).toBeCloseTo((p[0] ?? 0) - 1, 14);
    expect(bench[dtype](out, 1)[0]).toBeLessThan(-4.5e-8);
  });

  it('stops at the first target out of range', () => {
    const bench = new KernelBench();
    const x = bench.put(arrayOf(dtype, spread(15, 1)));
    const [loss, lse] = [bench.alloc(5 * size), bench.alloc(5 * size)];
    for (const [targets, row] of [
      [[0, 2, 3, 1, -1], 2],
      [[0, 2, 1, 1, -1], 4],
      [[-2147483648, 0, 0, 0, 0], 0],
      [[0, 1, 2, 1, 0], -1],
    ] as const) {
      const t = bench.put(Int32Array.from(targets));
      expect(bench.call(`crossEntropy_${dtype}`, loss, lse, x, t, 5, 3)).toBe(row);
    }
  });

  it.each([1, 2, 10, 17, 1025])('takes soft targets over %i classes', (classes) => {
    const bench = new KernelBench();
    const rows = 3;
    const logits = arrayOf(dtype, spread(rows * classes, 1));
    // probabilities of one row in another's place, and one row whose weights do not sum to 1
    const targets = arrayOf(
      dtype,
      Array.from({ length: rows }, (_, i) => {
        const { p } = reference(spread(classes, i + 7));
        return i === 2 ? p.map((value) => value * 3) : p;
      }).flat(),
    );
    const weights = arrayOf(dtype, spread(rows, 3));
    const [x, t, g] = [bench.put(logits), bench.put(targets), bench.put(weights)];
    const [loss, lse] = [bench.alloc(rows * size), bench.alloc(rows * size)];
    const out = bench.alloc(rows * classes * size);
    bench.call(`crossEntropySoft_${dtype}`, loss, lse, x, t, rows, classes);
    bench.call(`crossEntropySoftGrad_${dtype}`, out, g, lse, x, t, rows, classes);
    const [losses, gradients] = [bench[dtype](loss, rows), bench[dtype](out, rows * classes)];
    for (let row = 0; row < rows; row++) {
      const own = [...logits.subarray(row * classes, (row + 1) * classes)];
      const { p, m, logSum } = reference(own);
      const t = [...targets.subarray(row * classes, (row + 1) * classes)];
      const exact = own.reduce((sum, value, j) => sum + (t[j] ?? 0) * (m - value + logSum), 0);
      const weight = t.reduce((a, b) => a + b, 0);
      const epsilon = dtype === 'f32' ? 2 ** -23 : 2 ** -48;
      expect(Math.abs((losses[row] ?? 0) - exact)).toBeLessThanOrEqual(epsilon * exact);
      for (let j = 0; j < classes; j++) {
        const gradient = (weights[row] ?? 0) * ((p[j] ?? 0) * weight - (t[j] ?? 0));
        const actual = gradients[row * classes + j] ?? 0;
        const noise = 1e-14; // of the reference
        expect(Math.abs(actual - gradient)).toBeLessThanOrEqual(
          epsilon * Math.abs(gradient) + noise,
        );
      }
    }
  });
});

describe.each(['f32', 'f64'] as const)('binary cross-entropy of %s', (dtype) => {
  it('is within 4 ulp of f64, with its gradient', () => {
    const bench = new KernelBench();
    const x = arrayOf(dtype, [0, -0, 40, -40, 100, -100, 1e4, -1e4, 17, -17, ...spread(90, 1, 12)]);
    const n = x.length;
    const t = arrayOf(
      dtype,
      integers(n, 2, 0, 5).map((value) => value / 4),
    );
    const g = arrayOf(dtype, spread(n, 3));
    const [xAt, tAt, gAt] = [bench.put(x), bench.put(t, bytesOf[dtype]), bench.put(g)];
    const out = bench.alloc(n * bytesOf[dtype]);
    const bound = dtype === 'f32' ? 4 : 6;
    bench.call(`bceWithLogits_${dtype}`, out, xAt, tAt, n);
    const losses = [...x].map((value, i) => {
      const target = t[i] ?? 0;
      const rest = Math.log1p(Math.exp(-Math.abs(value)));
      return Math.abs(value) * (value > 0 ? 1 - target : target) + rest;
    });
    expectClose(dtype, bench[dtype](out, n), losses, bound, 'loss');
    bench.call(`bceWithLogitsGrad_${dtype}`, out, gAt, xAt, tAt, n);
    for (const [i, actual] of bench[dtype](out, n).entries()) {
      const [value, target, weight] = [x[i] ?? 0, t[i] ?? 0, g[i] ?? 0];
      const small = 1 / (1 + Math.exp(Math.abs(value)));
      const exact = weight * (value > 0 ? 1 - target - small : small - target);
      const epsilon = dtype === 'f32' ? 2 ** -21 : 2 ** -50;
      // relative to the larger of the two that are subtracted
      const scale = Math.abs(weight) * Math.max(small, value > 0 ? 1 - target : target);
      expect(Math.abs(actual - exact)).toBeLessThanOrEqual(epsilon * scale);
    }
  });
});

describe.each(['f32', 'f64'] as const)('causal softmax of %s', (dtype) => {
  it('has the bits of a softmax whose other elements are -infinity', () => {
    const bench = new KernelBench();
    for (const [queries, len] of [
      [5, 5],
      [33, 33],
      [7, 3],
      [3, 20],
    ] as const) {
      const rows = 2 * queries;
      const values = spread(rows * len, 4);
      const hidden = values.map((value, i) =>
        i % len <= Math.floor(i / len) % queries ? value : -Infinity,
      );
      const [x, y] = [values, hidden].map((own) => bench.put(arrayOf(dtype, own))) as [
        number,
        number,
      ];
      const out = bench.alloc(rows * len * bytesOf[dtype]);
      bench.call(`causalSoftmax_${dtype}`, out, x, rows, len, queries);
      const actual = bits(bench[dtype](out, rows * len));
      bench.call(`softmax_${dtype}`, out, y, rows, len);
      expect(actual).toEqual(bits(bench[dtype](out, rows * len)));
    }
  });
});
