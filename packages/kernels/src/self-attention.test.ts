import { describe, expect, it } from 'vitest';
import { everyVariant, expectSame } from '../order-rule.js';
import { KernelBench } from '../test-support.js';
import { arrayOf, bytesOf, rounded, spread, type FloatDtype } from '../test-values.js';

/** Batch, length, heads, size of a head. */
const cases = [
  [1, 1, 1, 1],
  [2, 5, 1, 3],
  [1, 7, 2, 17],
  [2, 16, 3, 16],
  [1, 37, 2, 9],
  [3, 64, 2, 32],
  [1, 384, 1, 128],
] as const;

const scale = 0.3;

/** What the kernels that it stands for make of one head, one after another. */
class Parts {
  constructor(
    private readonly bench: KernelBench,
    private readonly dtype: FloatDtype,
    private readonly length: number,
    private readonly size: number,
    private readonly causal: boolean,
  ) {}

  /** op(a) op(b), of m by k and k by n numbers. */
  product(a: number, b: number, m: number, n: number, k: number, transA = 0, transB = 0): number {
    const c = this.bench.alloc(m * n * bytesOf[this.dtype]);
    this.bench.call(`gemm_${this.dtype}`, c, a, b, 0, m, n, k, transA, transB, 0);
    return c;
  }

  scaled(x: number): number {
    const numbers = this.numbers(x).map((value) => rounded(this.dtype, value * factor(this.dtype)));
    return this.bench.put(arrayOf(this.dtype, [...numbers]));
  }

  numbers(x: number): Float32Array | Float64Array {
    return this.bench[this.dtype](x, this.length * this.size);
  }

  weights(q: number, k: number): number {
    const { bench, dtype, length, size } = this;
    const scores = this.product(this.scaled(q), k, length, length, size, 0, 1);
    const name = this.causal ? 'causalSoftmax' : 'softmax';
    bench.call(`${name}_${dtype}`, scores, scores, length, length, length);
    return scores;
  }

  forward(q: number, k: number, v: number): number {
    return this.product(this.weights(q, k), v, this.length, this.size, this.length);
  }

  gradients(q: number, k: number, v: number, g: number): number[] {
    const { bench, dtype, length, size } = this;
    const weights = this.weights(q, k);
    const slopes = this.product(g, v, length, length, size, 0, 1);
    bench.call(`softmaxGrad_${dtype}`, slopes, slopes, weights, length, length);
    return [
      this.scaled(this.product(slopes, k, length, size, length)),
      this.product(slopes, this.scaled(q), length, size, length, 1),
      this.product(weights, g, length, size, length, 1),
    ];
  }
}

function factor(dtype: FloatDtype): number {
  return rounded(dtype, scale);
}

describe.each(everyVariant('exact'))('selfAttention, %s', (_, kernels) => {
  const bench = new KernelBench({ kernels });
  describe.each(['f32', 'f64'] as const)('%s', (dtype) => {
    it.each(cases.flatMap((sizes) => [0, 1].map((causal) => [...sizes, causal] as const)))(
      'has the bits of products and a softmax: batch %i, length %i, %i heads of %i, causal %i',
      (batch, length, heads, size, causal) => {
        bench.reset();
        const bytes = bytesOf[dtype];
        const features = heads * size;
        const x = arrayOf(dtype, spread(batch * length * 3 * features, 1, 2));
        const g = arrayOf(dtype, spread(batch * length * features, 2, 1));
        const [atX, atG] = [bench.put(x), bench.put(g)];
        const out = bench.alloc(g.length * bytes);
        const dx = bench.alloc(x.length * bytes);
        const weights = bench.alloc(batch * heads * length * Math.ceil(length / 16) * 16 * bytes);
        const sizes = [batch, length, heads, size, scale, causal] as const;
        bench.call(`selfAttention_${dtype}`, out, weights, atX, ...sizes);
        bench.call(`selfAttentionGrad_${dtype}`, dx, atG, weights, atX, ...sizes);
        const actual = [bench[dtype](out, g.length), bench[dtype](dx, x.length)] as const;
        const expected = [g.slice(), x.slice()] as const;

        for (let n = 0; n < batch; n++) {
          for (let head = 0; head < heads; head++) {
            /** Where the numbers of one head lie among those of `parts` parts. */
            const places = (parts: number, part: number) =>
              Array.from({ length: length * size }, (_number, i) => {
                const row = (n * length + Math.floor(i / size)) * parts + part;
                return row * features + head * size + (i % size);
              });
            const [q = 0, k = 0, v = 0] = [0, 1, 2].map((part) =>
              bench.put(
                arrayOf(
                  dtype,
                  places(3, part).map((place) => x[place] ?? NaN),
                ),
              ),
            );
            const slope = bench.put(
              arrayOf(
                dtype,
                places(1, 0).map((place) => g[place] ?? NaN),
              ),
            );
            const parts = new Parts(bench, dtype, length, size, causal === 1);
            const result = parts.numbers(parts.forward(q, k, v));
            places(1, 0).forEach((place, i) => (expected[0][place] = result[i] ?? NaN));
            parts.gradients(q, k, v, slope).forEach((gradient, part) => {
              const values = parts.numbers(gradient);
              places(3, part).forEach((place, i) => (expected[1][place] = values[i] ?? NaN));
            });
          }
        }
        expectSame(actual[0], expected[0]);
        expectSame(actual[1], expected[1]);
      },
    );
  });

  it('computes nothing of no sequences', () => {
    bench.reset();
    const out = bench.alloc(4);
    bench.call('selfAttention_f32', out, out, out, 0, 3, 2, 4, scale, 1);
    expect(bench.u8(out, 4)).toEqual(new Uint8Array(4).fill(0xcd));
  });
});
