import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import {
  arrayOf,
  bits,
  bytesOf,
  indicesOf,
  integers,
  rounded,
  sizes,
  specials,
  spread,
  ulpError,
  type Dtype,
} from '../test-values.js';

type Binary = (a: number, b: number) => number;

function propagating(choose: Binary): Binary {
  return (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? NaN : choose(a, b));
}

const floatFunctions: Readonly<Record<string, Binary>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  minimum: propagating(Math.min),
  maximum: propagating(Math.max),
};

const integerFunctions: Readonly<Record<string, Binary>> = {
  add: (a, b) => (a + b) | 0,
  sub: (a, b) => (a - b) | 0,
  mul: Math.imul,
  minimum: Math.min,
  maximum: Math.max,
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

/** Values of a dtype in which special ones and equal ones are frequent. */
function sample(dtype: Dtype, n: number, seed: number): number[] {
  const plain =
    dtype === 'u8'
      ? integers(n, seed, 0, 4)
      : dtype === 'i32'
        ? integers(n, seed, -(2 ** 31), 2 ** 31)
        : spread(n, seed);
  if (dtype === 'i32' || dtype === 'u8') return plain.map((v, i) => (i % 3 === 0 ? i % 5 : v));
  return plain.map((value, i) => specials[(i * 7 + seed * 3) % 31] ?? value);
}

/** Shapes after collapsing, with both operands' strides; a stride of 0 repeats. */
const layouts: readonly { shape: number[]; a: number[]; b: number[] }[] = [
  { shape: [], a: [], b: [] },
  { shape: [1], a: [1], b: [0] },
  { shape: [33], a: [1], b: [0] },
  { shape: [37], a: [0], b: [1] },
  { shape: [5], a: [0], b: [0] },
  { shape: [0], a: [1], b: [1] },
  { shape: [3, 17], a: [17, 1], b: [0, 1] },
  { shape: [4, 5], a: [1, 0], b: [0, 1] },
  { shape: [2, 3, 35], a: [105, 35, 1], b: [0, 1, 0] },
  { shape: [3, 0, 2], a: [0, 2, 1], b: [0, 2, 1] },
  { shape: [2, 3, 2, 9], a: [27, 9, 0, 1], b: [0, 18, 9, 1] },
];

function check(
  name: string,
  dtype: Dtype,
  outDtype: Dtype,
  exact: (a: number, b: number) => number,
): void {
  const bench = new KernelBench();
  const run = (a: number[], b: number[], ai: number[], bi: number[], meta: number): void => {
    const [av, bv] = [arrayOf(dtype, a), arrayOf(dtype, b)];
    const [aAt, bAt] = [bench.put(av, bytesOf[dtype]), bench.put(bv)];
    const n = ai.length;
    const out = bench.alloc(n * bytesOf[outDtype]);
    const expected = arrayOf(
      outDtype,
      ai.map((index, i) => exact(av[index] ?? NaN, bv[bi[i] ?? 0] ?? NaN)),
    );
    bench.call(`${name}_${dtype}`, out, aAt, bAt, n, meta);
    expect(bits(bench[outDtype](out, n)), `${name} of ${String(n)}`).toEqual(bits(expected));
    expect(bench.u8(out + n * bytesOf[outDtype], 4)).toEqual(new Uint8Array(4).fill(0xcd));
  };
  for (const n of sizes) {
    const places = Array.from({ length: n }, (_, i) => i);
    run(sample(dtype, n, 1), sample(dtype, n, 2), places, places, 0);
    bench.reset();
  }
  for (const { shape, a, b } of layouts) {
    const [ai, bi] = [indicesOf(shape, a), indicesOf(shape, b)];
    const meta = bench.put(Int32Array.from([shape.length, ...shape, ...a, ...b]));
    run(
      sample(dtype, Math.max(1, ...ai.map((i) => i + 1)), 3),
      sample(dtype, Math.max(1, ...bi.map((i) => i + 1)), 4),
      ai,
      bi,
      meta,
    );
    bench.reset();
  }
}

describe('arithmetic with broadcasting', () => {
  it.each(Object.entries(floatFunctions))('%s of f32 and f64', (name, exact) => {
    check(name, 'f32', 'f32', exact);
    check(name, 'f64', 'f64', exact);
  });

  it.each(Object.entries(integerFunctions))('%s of i32', (name, exact) => {
    check(name, 'i32', 'i32', exact);
  });

  it('writes over an operand', () => {
    const bench = new KernelBench();
    const a = bench.put(Float32Array.from(spread(37, 1)));
    const b = bench.put(Float32Array.from(spread(37, 2)));
    const out = bench.alloc(37 * 4);
    bench.call('sub_f32', out, a, b, 37, 0);
    const expected = bench.f32(out, 37);
    bench.call('sub_f32', b, a, b, 37, 0);
    expect(bench.f32(b, 37)).toEqual(expected);
  });

  it('raises to powers as C does', () => {
    const bench = new KernelBench();
    const pairs: [number, number, number][] = [
      [2, 10, 1024],
      [2, 0.5, Math.SQRT2],
      [-2, 3, -8],
      [-8, 1 / 3, NaN],
      [0, 0, 1],
      [NaN, 0, 1],
      [1, NaN, 1],
      [1, Infinity, 1],
      [-1, -Infinity, 1],
      [0, -1, Infinity],
      [-0, -3, -Infinity],
      [-0, -2, Infinity],
      [Infinity, -1, 0],
      [-Infinity, 3, -Infinity],
      [0.5, Infinity, 0],
      [NaN, 1, NaN],
      [10, 308.2, 10 ** 308.2],
      [10, -320, 1e-320],
    ];
    const bases = [...pairs.map(([base]) => base), ...spread(500, 8, 20).map(Math.abs)];
    const exponents = [...pairs.map(([, exponent]) => exponent), ...spread(500, 9, 9)];
    for (const dtype of ['f32', 'f64'] as const) {
      const [x, y] = [arrayOf(dtype, bases), arrayOf(dtype, exponents)];
      const out = bench.alloc(x.byteLength);
      bench.call(`pow_${dtype}`, out, bench.put(x), bench.put(y), x.length, 0);
      const results = bench[dtype](out, x.length);
      for (const [i, result] of results.entries()) {
        const [base, exponent] = [x[i] ?? 0, y[i] ?? 0];
        const exact =
          base === 1 || (base === -1 && !Number.isFinite(exponent)) ? 1 : base ** exponent;
        const error = ulpError(dtype, result, exact);
        // f64: Math.pow itself is up to an ulp from the truth
        expect(error, `${String(base)} ** ${String(exponent)}`).toBeLessThanOrEqual(2);
      }
      for (const [i, [, , exact]] of pairs.slice(0, 16).entries()) {
        expect(results[i]).toBe(rounded(dtype, exact));
      }
    }
  });
});

describe('comparisons with broadcasting', () => {
  it.each(Object.entries(comparisons))('%s', (name, holds) => {
    for (const dtype of ['f32', 'f64', 'i32', 'u8'] as const) {
      check(name, dtype, 'u8', (a, b) => Number(holds(a, b)));
    }
  });
});

describe('logic', () => {
  it('takes every number but 0 as true', () => {
    check('and', 'u8', 'u8', (a, b) => Number(a !== 0 && b !== 0));
    check('or', 'u8', 'u8', (a, b) => Number(a !== 0 || b !== 0));
    const bench = new KernelBench();
    for (const n of sizes) {
      const values = Uint8Array.from(sample('u8', n, n));
      const [x, out] = [bench.put(values), bench.alloc(n)];
      bench.call('not_u8', out, x, n);
      expect(bench.u8(out, n)).toEqual(values.map((value) => Number(value === 0)));
      expect(bench.call('any_u8', x, n)).toBe(Number(values.some(Boolean)));
      expect(bench.call('all_u8', x, n)).toBe(Number(values.every(Boolean)));
      expect(bench.call('all_u8', bench.put(new Uint8Array(n).fill(2)), n)).toBe(1);
      bench.reset();
    }
  });
});

describe('where', () => {
  const shapes = [
    { shape: [], c: [], a: [], b: [] },
    { shape: [19], c: [1], a: [0], b: [1] },
    { shape: [19], c: [0], a: [1], b: [0] },
    { shape: [3, 21], c: [1, 0], a: [21, 1], b: [0, 1] },
    { shape: [2, 3, 5], c: [0, 5, 1], a: [0, 0, 0], b: [15, 5, 1] },
  ];

  it.each(['f32', 'f64', 'i32', 'u8'] as const)('chooses between %s', (dtype) => {
    const bench = new KernelBench();
    const run = (ci: number[], ai: number[], bi: number[], meta: number): void => {
      const n = ci.length;
      const length = (indices: number[]): number => Math.max(1, ...indices.map((i) => i + 1));
      const condition = Uint8Array.from(integers(length(ci), 1, 0, 3));
      const a = arrayOf(dtype, sample(dtype, length(ai), 2));
      const b = arrayOf(dtype, sample(dtype, length(bi), 3));
      const out = bench.alloc(n * bytesOf[dtype]);
      const expected = arrayOf(
        dtype,
        ci.map((c, i) => (condition[c] ? a[ai[i] ?? 0] : b[bi[i] ?? 0]) ?? NaN),
      );
      const addresses = [bench.put(condition, 1), bench.put(a, bytesOf[dtype]), bench.put(b)];
      bench.call(`where_${dtype}`, out, ...addresses, n, meta);
      expect(bits(bench[dtype](out, n))).toEqual(bits(expected));
      expect(bench.u8(out + n * bytesOf[dtype], 4)).toEqual(new Uint8Array(4).fill(0xcd));
      bench.reset();
    };
    for (const n of sizes) {
      const places = Array.from({ length: n }, (_, i) => i);
      run(places, places, places, 0);
    }
    for (const { shape, c, a, b } of shapes) {
      const meta = bench.put(Int32Array.from([shape.length, ...shape, ...c, ...a, ...b]));
      run(indicesOf(shape, c), indicesOf(shape, a), indicesOf(shape, b), meta);
    }
  });
});
