import { describe, expect, it } from 'vitest';
import {
  everyVariant,
  expectNear,
  expectOrdered,
  expectSame,
  referenceOf,
  type Reference,
} from '../order-rule.js';
import { KernelBench } from '../test-support.js';
import { arrayOf, bytesOf, spread, type FloatDtype } from '../test-values.js';

interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transA: 0 | 1;
  readonly transB: 0 | 1;
}

/**
 * Single elements, rows and columns; edges of every tile and panel; one, two and three blocks along
 * k.
 */
const shapes: readonly [m: number, n: number, k: number][] = [
  [1, 1, 1],
  [1, 40, 7],
  [9, 1, 5],
  [4, 16, 8],
  [5, 8, 3],
  [6, 24, 12],
  [3, 17, 384],
  [7, 9, 385],
  [2, 5, 800],
  [125, 33, 20],
  [2, 1030, 3],
  [11, 15, 64],
  [11, 15, 65],
  [3, 4, 0],
];

const transpositions = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

function operands(dtype: FloatDtype, { m, n, k }: Product) {
  return {
    a: arrayOf(dtype, spread(m * k, m + k, 1)),
    b: arrayOf(dtype, spread(k * n, n + k, 1)),
    bias: arrayOf(dtype, spread(n, n, 1)),
  };
}

const references = new Map<string, Reference>();

function reference(dtype: FloatDtype, product: Product, withBias: boolean): Reference {
  const key = JSON.stringify([dtype, product, withBias]);
  const known = references.get(key) ?? computeReference(dtype, product, withBias);
  references.set(key, known);
  return known;
}

function computeReference(dtype: FloatDtype, product: Product, withBias: boolean): Reference {
  const { m, n, k, transA, transB } = product;
  const { a, b, bias } = operands(dtype, product);
  return referenceOf(
    dtype,
    m * n,
    () => k,
    (sum, index) => {
      const [i, j] = [Math.floor(index / n), index % n];
      for (let p = 0; p < k; p++) {
        sum.add(a[transA ? p * m + i : i * k + p] ?? NaN, b[transB ? j * k + p : p * n + j] ?? NaN);
      }
    },
    withBias ? (index) => bias[index % n] ?? NaN : undefined,
  );
}

/** Runs gemm and gemmPacked; both must give the same. */
function run(bench: KernelBench, dtype: FloatDtype, product: Product, withBias: boolean) {
  const { m, n, k, transA, transB } = product;
  const size = bytesOf[dtype];
  bench.reset();
  const values = operands(dtype, product);
  const [a, b] = [bench.put(values.a, size), bench.put(values.b, size)];
  const bias = withBias ? bench.put(values.bias, size) : 0;
  const c = bench.alloc(m * n * size + 8);
  bench.call(`gemm_${dtype}`, c, a, b, bias, m, n, k, transA, transB, 0);
  const result = bench[dtype](c, m * n);
  expect(bench.u8(c + m * n * size, 8)).toEqual(new Uint8Array(8).fill(0xcd));

  const packed = bench.alloc(bench.call(`packedBytes_${dtype}`, n, k));
  const again = bench.alloc(m * n * size);
  bench.call(`packB_${dtype}`, packed, b, n, k, transB);
  bench.call(`gemmPacked_${dtype}`, again, a, packed, bias, m, n, k, transA, 0);
  expectSame(bench[dtype](again, m * n), result);
  return result;
}

describe.each(everyVariant('exact'))('gemm, %s', (_, kernels) => {
  const bench = new KernelBench({ kernels });
  describe.each(['f32', 'f64'] as const)('%s', (dtype) => {
    it.each(shapes)('equals the order rule bit for bit: %i x %i, k = %i', (m, n, k) => {
      for (const [transA, transB] of transpositions) {
        for (const withBias of [false, true]) {
          const product = { m, n, k, transA, transB };
          const actual = run(bench, dtype, product, withBias);
          expectOrdered(actual, reference(dtype, product, withBias));
        }
      }
    });
  });
});

describe.each(everyVariant('fast'))('gemm in mode fast, %s', (_, kernels) => {
  const bench = new KernelBench({ kernels });
  it.each(['f32', 'f64'] as const)('is within rounding of f64: %s', (dtype) => {
    for (const [m, n, k] of shapes) {
      const product = { m, n, k, transA: 0, transB: 1 } as const;
      const actual = run(bench, dtype, product, true);
      expectNear(actual, reference(dtype, product, true));
    }
  });
});

describe('gemm', () => {
  const bench = new KernelBench();

  it.each(['f32', 'f64'] as const)('activates as the plain kernels do: %s', (dtype) => {
    const size = bytesOf[dtype];
    bench.reset();
    const [m, n, k] = [13, 21, 30];
    const a = bench.put(arrayOf(dtype, spread(m * k, 1, 3)));
    const b = bench.put(arrayOf(dtype, spread(k * n, 2, 3)));
    const bias = bench.put(arrayOf(dtype, spread(n, 3, 3)));
    const c = bench.alloc(m * n * size);
    const expected = bench.alloc(m * n * size);
    for (const [activation, name] of [
      [1, 'relu'],
      [2, 'sigmoid'],
      [3, 'tanh'],
    ] as const) {
      for (const shift of [0, bias]) {
        bench.call(`gemm_${dtype}`, c, a, b, shift, m, n, k, 0, 0, 0);
        bench.call(`${name}_${dtype}`, expected, c, m * n);
        bench.call(`gemm_${dtype}`, c, a, b, shift, m, n, k, 0, 0, activation);
        expectSame(bench[dtype](c, m * n), bench[dtype](expected, m * n));
      }
    }
  });

  it('fills with the activated bias where k is 0', () => {
    bench.reset();
    const bias = bench.put(Float32Array.of(-1, 2, 3));
    const c = bench.alloc(24);
    bench.call('gemm_f32', c, 0, 0, bias, 2, 3, 0, 0, 0, 1);
    expect([...bench.f32(c, 6)]).toEqual([0, 2, 3, 0, 2, 3]);
    bench.call('gemmPacked_f32', c, 0, 64, 0, 2, 3, 0, 0, 0);
    expect([...bench.f32(c, 6)]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('writes nothing where m or n is 0', () => {
    bench.reset();
    const a = bench.put(new Float32Array(100));
    const c = bench.alloc(8);
    bench.call('gemm_f32', c, a, a, 0, 0, 3, 4, 0, 0, 0);
    bench.call('gemm_f32', c, a, a, 0, 3, 0, 4, 0, 0, 0);
    expect(bench.u8(c, 8)).toEqual(new Uint8Array(8).fill(0xcd));
  });

  it('propagates NaN and infinity into the rows and columns they are in, and no others', () => {
    bench.reset();
    const [m, n, k] = [6, 18, 4];
    const left = new Float32Array(m * k).fill(1);
    left[2 * k] = NaN;
    const right = new Float32Array(k * n).fill(1);
    right[17] = Infinity;
    const c = bench.alloc(m * n * 4);
    bench.call('gemm_f32', c, bench.put(left), bench.put(right), 0, m, n, k, 0, 0, 0);
    bench.f32(c, m * n).forEach((value, index) => {
      const row = Math.floor(index / n);
      expect(value).toBe(row === 2 ? NaN : index % n === 17 ? Infinity : k);
    });
  });

  it.each(['f32', 'f64'] as const)('packs the same panels one by one: %s', (dtype) => {
    bench.reset();
    const [n, k] = [100, 401];
    const bytes = bench.call(`packedBytes_${dtype}`, n, k);
    const panels = bench.call(`panelCount_${dtype}`, n);
    const b = bench.put(arrayOf(dtype, spread(n * k, 5)));
    const [whole, parts] = [bench.alloc(bytes), bench.alloc(bytes)];
    for (const transB of [0, 1]) {
      bench.call(`packB_${dtype}`, whole, b, n, k, transB);
      for (let first = 0; first < panels; first += 3) {
        bench.call(
          `packBPanels_${dtype}`,
          parts,
          b,
          n,
          k,
          transB,
          first,
          Math.min(3, panels - first),
        );
      }
      expectSame(
        bench[dtype](parts, bytes / bytesOf[dtype]),
        bench[dtype](whole, bytes / bytesOf[dtype]),
      );
    }
  });

  it('has a plain kernel that equals it', () => {
    for (const dtype of ['f32', 'f64'] as const) {
      for (const [transA, transB] of transpositions) {
        const product = { m: 7, n: 19, k: 400, transA, transB };
        const fast = run(bench, dtype, product, true);
        const { a, b, bias } = operands(dtype, product);
        const c = bench.alloc(7 * 19 * bytesOf[dtype]);
        const args = [bench.put(a), bench.put(b), bench.put(bias), 7, 19, 400, transA, transB];
        bench.call(`gemmPlain_${dtype}`, c, ...args);
        expectSame(bench[dtype](c, 7 * 19), fast);
      }
    }
  });
});
