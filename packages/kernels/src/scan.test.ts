import { describe, expect, it } from 'vitest';
import { everyVariant } from '../order-rule.js';
import { KernelBench } from '../test-support.js';
import { arrayOf, bits, bytesOf, integers, spread, type FloatDtype } from '../test-values.js';

const shapes = [
  ...[0, 1, 2, 17, 33].flatMap((len) => [[3, len, 1] as const, [2, len, 5] as const]),
  [1, 3, 600] as const,
];

/** The places of each line along the middle axis, in the order in which it is walked. */
function linesOf([outer, len, inner]: readonly [number, number, number], reverse: boolean) {
  return Array.from({ length: outer * inner }, (_, line) => {
    const places = Array.from(
      { length: len },
      (_, j) => (Math.floor(line / inner) * len + j) * inner + (line % inner),
    );
    return reverse ? places.reverse() : places;
  });
}

const logAddExp = (a: number, b: number) =>
  Math.max(a, b) === -Infinity
    ? -Infinity
    : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));

const scans = [
  ['cumsum', 0, (a: number, b: number) => a + b],
  ['cumprod', 1, (a: number, b: number) => a * b],
] as const;

describe.each(everyVariant('exact'))('running values by %s', (_, kernels) => {
  it.each(['f32', 'f64'] as const)('go along an axis, forwards and backwards, in %s', (dtype) => {
    const bench = new KernelBench({ kernels });
    for (const shape of shapes) {
      const count = shape[0] * shape[1] * shape[2];
      const values = arrayOf(dtype, spread(count, 3, 2));
      const x = bench.put(values, bytesOf[dtype]);
      const out = bench.alloc(count * bytesOf[dtype]);
      for (const reverse of [false, true]) {
        for (const [name, first, next] of scans) {
          const expected = arrayOf(dtype, Array<number>(count).fill(0));
          for (const places of linesOf(shape, reverse)) {
            let state: number = first;
            for (const place of places) expected[place] = state = next(state, values[place] ?? 0);
          }
          bench.call(`${name}_${dtype}`, out, x, ...shape, Number(reverse));
          expect(bits(bench[dtype](out, count)), name).toEqual(bits(expected));
        }
      }
      bench.reset();
    }
  });
});

describe.each(['f32', 'f64'] as const)('scans of %s', (dtype: FloatDtype) => {
  const tolerance = dtype === 'f32' ? 1e-6 : 1e-13;

  it('take logarithms of running sums of exponentials, infinities among them', () => {
    const bench = new KernelBench();
    const values = arrayOf(dtype, [-Infinity, -Infinity, 800, -3, 801, -Infinity, 2, 1, -1, 0.5]);
    const x = bench.put(values);
    const out = bench.alloc(80);
    bench.call(`logcumsumexp_${dtype}`, out, x, 1, 10, 1, 0);
    let state = -Infinity;
    bench[dtype](out, 10).forEach((found, i) => {
      state = logAddExp(state, values[i] ?? 0);
      if (Number.isFinite(state)) expect(Math.abs(found - state)).toBeLessThan(tolerance * 801);
      else expect(found).toBe(state);
    });
    bench.call(`logcumsumexp_${dtype}`, out, bench.put(arrayOf(dtype, [1, NaN, 2])), 1, 3, 1, 0);
    expect([...bench[dtype](out, 3)]).toEqual([1, NaN, NaN]);
  });

  it('solve first-order recurrences', () => {
    const bench = new KernelBench();
    for (const shape of shapes) {
      const count = shape[0] * shape[1] * shape[2];
      const [a, b] = [arrayOf(dtype, spread(count, 1, 1)), arrayOf(dtype, spread(count, 2, 1))];
      const out = bench.alloc(count * bytesOf[dtype]);
      for (const reverse of [false, true]) {
        bench.call(
          `recurrence_${dtype}`,
          ...[out, bench.put(a), bench.put(b)],
          ...shape,
          Number(reverse),
        );
        const found = bench[dtype](out, count);
        for (const places of linesOf(shape, reverse)) {
          let state = 0;
          for (const place of places) {
            state = (b[place] ?? 0) + (a[place] ?? 0) * state;
            expect(Math.abs((found[place] ?? NaN) - state)).toBeLessThan(tolerance * 10);
          }
        }
      }
      bench.reset();
    }
  });

  it('multiply along an axis', () => {
    const bench = new KernelBench();
    for (const shape of shapes) {
      const [outer, , inner] = shape;
      const values = arrayOf(dtype, spread(outer * shape[1] * inner, 4, 2));
      const out = bench.alloc(outer * inner * bytesOf[dtype]);
      bench.call(`prod_${dtype}`, out, bench.put(values), ...shape);
      const expected = linesOf(shape, false).map((places) =>
        places.reduce((product, place) => product * (values[place] ?? 0), 1),
      );
      expect(bits(bench[dtype](out, outer * inner))).toEqual(bits(arrayOf(dtype, expected)));
      bench.reset();
    }
  });

  it('say where the largest so far is: the latest of equal ones, and any NaN', () => {
    const bench = new KernelBench();
    const values = [1, 0, 1, 2, NaN, 3, NaN, 2];
    const out = bench.alloc(8 * 4);
    bench.call(`cumargmax_${dtype}`, out, bench.put(arrayOf(dtype, values)), 1, 8, 1);
    expect([...bench.i32(out, 8)]).toEqual([0, 0, 2, 3, 4, 4, 6, 6]);
    bench.call(`cumargmin_${dtype}`, out, bench.put(arrayOf(dtype, values)), 2, 2, 2);
    expect([...bench.i32(out, 8)]).toEqual([0, 0, 1, 0, 0, 0, 1, 1]);
  });
});

describe('scans of i32', () => {
  it('wrap', () => {
    const bench = new KernelBench();
    const values = Int32Array.from(integers(20, 5, -(2 ** 31), 2 ** 31));
    const [x, out] = [bench.put(values), bench.alloc(80)];
    let sum = 0;
    let product = 1;
    const running = [...values].map((value) => [
      (sum = (sum + value) | 0),
      (product = Math.imul(product, value)),
    ]);
    bench.call('cumsum_i32', out, x, 1, 20, 1, 0);
    expect([...bench.i32(out, 20)]).toEqual(running.map(([s]) => s));
    bench.call('cumprod_i32', out, x, 1, 20, 1, 0);
    expect([...bench.i32(out, 20)]).toEqual(running.map(([, p]) => p));
    bench.call('prod_i32', out, x, 1, 20, 1);
    expect(bench.i32(out, 1)[0]).toBe(product);
  });
});

describe.each(['f32', 'f64'] as const)('logarithms of sums of exponentials of %s', (dtype) => {
  it('neither overflow nor lose rows of infinities', () => {
    const bench = new KernelBench();
    const inf = Infinity;
    const rows = [
      [1000, 1000, 1000],
      [-1000, -1001, -inf],
      [-inf, -inf, -inf],
      [inf, 1, -inf],
      [NaN, 1, inf],
    ];
    const out = bench.alloc(5 * 8);
    bench.call(`logsumexp_${dtype}`, out, bench.put(arrayOf(dtype, rows.flat())), 5, 3);
    const found = bench[dtype](out, 5);
    expect(found[0]).toBeCloseTo(1000 + Math.log(3), dtype === 'f32' ? 3 : 11);
    expect(found[1]).toBeCloseTo(-1000 + Math.log1p(Math.exp(-1)), dtype === 'f32' ? 3 : 11);
    expect([...found.slice(2)]).toEqual([-inf, inf, NaN]);
    bench.call(`logsumexp_${dtype}`, out, out, 2, 0);
    expect([...bench[dtype](out, 2)]).toEqual([-inf, -inf]);
  });
});
