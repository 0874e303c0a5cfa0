import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { arrayOf, bits, bytesOf, rounded, sizes, spread, type FloatDtype } from '../test-values.js';

/** PyTorch's SGD for one element, rounded after every operation. */
function sgd(
  dtype: FloatDtype,
  [p, g, m]: readonly [number, number, number],
  options: { lr: number; momentum: number; weightDecay: number; nesterov: boolean; scale: number },
): { p: number; m: number } {
  const r = (value: number): number => rounded(dtype, value);
  const [lr, momentum] = [r(options.lr), r(options.momentum)];
  let d = r(g * r(options.scale));
  if (options.weightDecay !== 0) d = r(d + r(r(options.weightDecay) * p));
  let velocity = m;
  if (options.momentum !== 0) {
    velocity = r(r(momentum * m) + d);
    d = options.nesterov ? r(d + r(momentum * velocity)) : velocity;
  }
  return { p: r(p - r(lr * d)), m: velocity };
}

interface AdamOptions {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly decoupled: boolean;
  readonly step: number;
  readonly scale: number;
}

/** PyTorch's Adam or AdamW for one element, rounded after every operation. */
function adam(
  dtype: FloatDtype,
  [p, g, m, v]: readonly [number, number, number, number],
  o: AdamOptions,
): { p: number; m: number; v: number } {
  const r = (value: number): number => rounded(dtype, value);
  const [c1, c2] = [1 - o.beta1 ** o.step, 1 - o.beta2 ** o.step];
  let d = r(g * r(o.scale));
  let parameter = p;
  if (o.weightDecay !== 0) {
    if (o.decoupled) parameter = r(p * r(1 - o.lr * o.weightDecay));
    else d = r(d + r(p * r(o.weightDecay)));
  }
  const mean = r(r(m * r(o.beta1)) + r(r(1 - o.beta1) * d));
  const square = r(r(v * r(o.beta2)) + r(r(r(1 - o.beta2) * d) * d));
  const size = r(r(r(Math.sqrt(square)) / r(Math.sqrt(c2))) + r(o.eps));
  return { p: r(parameter - r(r(r(o.lr / c1) * mean) / size)), m: mean, v: square };
}

describe.each(['f32', 'f64'] as const)('optimizers of %s', (dtype) => {
  const size = bytesOf[dtype];
  const values = (n: number, seed: number): number[] => [...arrayOf(dtype, spread(n, seed))];

  it.each([
    { lr: 0.1, momentum: 0, weightDecay: 0, nesterov: false, scale: 1 },
    { lr: 0.05, momentum: 0, weightDecay: 1e-2, nesterov: false, scale: 1 / 128 },
    { lr: 0.05, momentum: 0.9, weightDecay: 0, nesterov: false, scale: 1 / 3 },
    { lr: 0.1, momentum: 0.9, weightDecay: 1e-4, nesterov: false, scale: 1 / 64 },
    { lr: 0.01, momentum: 0.9, weightDecay: 0, nesterov: true, scale: 1 },
    { lr: 0.01, momentum: 0.9, weightDecay: 5e-4, nesterov: true, scale: 0.7 },
  ])('sgd follows the formula bit for bit: %o', (options) => {
    const bench = new KernelBench();
    const { lr, momentum, weightDecay, nesterov, scale } = options;
    for (const n of sizes) {
      const [p, g, m] = [values(n, 1), values(n, 2), values(n, 3)];
      const expected = p.map((value, i) => sgd(dtype, [value, g[i] ?? 0, m[i] ?? 0], options));
      const [pAt, gAt, mAt] = [p, g, m].map((x) => bench.put(arrayOf(dtype, x), size));
      const [pTo, mTo] = [bench.alloc(n * size), bench.alloc(n * size)];
      const state = momentum === 0 ? [0, 0] : [mTo, mAt ?? 0];
      const scalars = [n, lr, momentum, weightDecay, Number(nesterov), scale];
      const call = (to: number, from: number, states: readonly number[]): void => {
        bench.call(`sgd_${dtype}`, to, from, gAt ?? 0, ...states, ...scalars);
      };
      call(pTo, pAt ?? 0, state);
      const parameters = arrayOf(
        dtype,
        expected.map((e) => e.p),
      );
      const velocities = arrayOf(
        dtype,
        expected.map((e) => e.m),
      );
      expect(bits(bench[dtype](pTo, n))).toEqual(bits(parameters));
      expect(bench.u8(pTo + n * size, 8)).toEqual(new Uint8Array(8).fill(0xcd));
      if (momentum !== 0) expect(bits(bench[dtype](mTo, n))).toEqual(bits(velocities));
      call(pAt ?? 0, pAt ?? 0, momentum === 0 ? [0, 0] : [mAt ?? 0, mAt ?? 0]);
      expect(bits(bench[dtype](pAt ?? 0, n)), 'in place').toEqual(bits(parameters));
      bench.reset();
    }
  });

  it.each([
    { weightDecay: 0, decoupled: false, step: 1, scale: 1 },
    { weightDecay: 1e-2, decoupled: false, step: 2, scale: 1 / 64 },
    { weightDecay: 0, decoupled: true, step: 1000, scale: 1 },
    { weightDecay: 1e-2, decoupled: true, step: 17, scale: 1 / 3 },
  ])('adam follows the formula bit for bit: %o', (some) => {
    const bench = new KernelBench();
    const options = { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, ...some };
    const { lr, beta1, beta2, eps, weightDecay, decoupled, step, scale } = options;
    for (const n of sizes) {
      const [p, g, m, v] = [values(n, 1), values(n, 2), values(n, 3), values(n, 4).map(Math.abs)];
      const expected = p.map((value, i) =>
        adam(dtype, [value, g[i] ?? 0, m[i] ?? 0, v[i] ?? 0], options),
      );
      const put = (x: number[]): number => bench.put(arrayOf(dtype, x), size);
      const [pAt, gAt, mAt, vAt] = [put(p), put(g), put(m), put(v)];
      const [pTo, mTo, vTo] = [bench.alloc(n * size), bench.alloc(n * size), bench.alloc(n * size)];
      const corrections = [1 - beta1 ** step, 1 - beta2 ** step];
      const scalars = [
        n,
        lr,
        beta1,
        beta2,
        eps,
        weightDecay,
        Number(decoupled),
        ...corrections,
        scale,
      ];
      bench.call(`adam_${dtype}`, pTo, pAt, gAt, mTo, mAt, vTo, vAt, ...scalars);
      for (const [to, key] of [
        [pTo, 'p'],
        [mTo, 'm'],
        [vTo, 'v'],
      ] as const) {
        expect(bits(bench[dtype](to, n)), key).toEqual(
          bits(
            arrayOf(
              dtype,
              expected.map((e) => e[key]),
            ),
          ),
        );
        expect(bench.u8(to + n * size, 8)).toEqual(new Uint8Array(8).fill(0xcd));
      }
      bench.call(`adam_${dtype}`, pAt, pAt, gAt, mAt, mAt, vAt, vAt, ...scalars);
      expect(bits(bench[dtype](pAt, n)), 'in place').toEqual(bits(bench[dtype](pTo, n)));
      bench.reset();
    }
  });

  it('leave a term out that is off, even at an infinite parameter', () => {
    const bench = new KernelBench();
    const values = Array.from({ length: 11 }, (_, i) => (i % 9 === 0 ? Infinity : 1));
    const ones = arrayOf(dtype, Array<number>(11).fill(1));
    const [g, m, v] = [bench.put(ones), bench.put(ones), bench.put(ones)];
    const p = bench.put(arrayOf(dtype, values));
    bench.call(`sgd_${dtype}`, p, p, g, 0, 0, 11, 0.5, 0, 0, 0, 1);
    expect([...bench[dtype](p, 11)]).toEqual(values.map((value) => value - 0.5));
    for (const decoupled of [0, 1]) {
      const q = bench.put(arrayOf(dtype, values));
      const scalars = [11, 0.5, 0.9, 0.9, 0, 0, decoupled, 1, 1, 1];
      bench.call(`adam_${dtype}`, q, q, g, m, m, v, v, ...scalars);
      expect([...bench[dtype](q, 11)].map(Number.isFinite)).toEqual(values.map(Number.isFinite));
      expect([...bench[dtype](q, 11)].some(Number.isNaN)).toBe(false);
    }
  });
});
