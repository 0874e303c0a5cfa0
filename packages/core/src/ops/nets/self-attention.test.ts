import { describe, expect, it } from 'vitest';
import { gradientsOf } from '../../autodiff/grad.js';
import { ones, tensor } from '../../create.js';
import { ShapeError, ValueError } from '../../errors.js';
import type { Tensor } from '../../tensor.js';
import { sum } from '../reductions/sum.js';
import { mul } from '../elementwise/mul.js';
import { permute } from '../shape/permute.js';
import { reshape } from '../shape/reshape.js';
import { slice } from '../shape/slice.js';
import { scaledDotProductAttention } from './scaled-dot-product-attention.js';
import { selfAttention } from './self-attention.js';

function some(shape: readonly number[], dtype: 'f32' | 'f64'): Tensor {
  const size = shape.reduce((product, one) => product * one, 1);
  const values = Float64Array.from({ length: size }, (_, i) => ((i * 37) % 101) / 50 - 1.01);
  return tensor(values, { shape: [...shape], dtype });
}

/** The same by the ops that it stands for. */
function inOps(x: Tensor, heads: number, causal: boolean): Tensor {
  const [count = 0, length = 0, joined = 0] = x.shape;
  const size = joined / (3 * heads);
  const parts = permute(reshape(x, [count, length, 3, heads, size]), [2, 0, 3, 1, 4]);
  const part = (i: number) => reshape(slice(parts, i, i + 1), [count, heads, length, size]);
  const found = scaledDotProductAttention(part(0), part(1), part(2), { causal });
  return reshape(permute(found, [0, 2, 1, 3]), [count, length, heads * size]);
}

describe.each(['f32', 'f64'] as const)('selfAttention, %s', (dtype) => {
  it.each([
    [2, 5, 2, 3, true],
    [3, 18, 1, 20, true],
    [2, 7, 3, 4, false],
    [1, 384, 1, 128, true],
    [1, 390, 1, 2, true],
    [1, 3, 2, 130, false],
  ] as const)(
    'has the values and gradients of its parts: %i of length %i, %i heads of %i, causal %s',
    (count, length, heads, size, causal) => {
      const x = some([count, length, 3 * heads * size], dtype);
      x.requiresGrad = true;
      const seed = some([count, length, heads * size], dtype);
      const [fused, plain] = [selfAttention(x, heads, { causal }), inOps(x, heads, causal)];
      expect(fused.toArray()).toEqual(plain.toArray());
      // Zeros of either sign are one number here.
      const values = (found: readonly Tensor[]) => found[0]?.toArray().map((value) => value + 0);
      const expected = values(gradientsOf(plain, [x], { seed }));
      expect(values(gradientsOf(fused, [x], { seed, retainGraph: true }))).toEqual(expected);
      expect(values(gradientsOf(fused, [x], { seed, createGraph: true }))).toEqual(expected);
    },
  );
});

describe('selfAttention', () => {
  it('can be differentiated twice', () => {
    const x = some([1, 3, 6], 'f64');
    x.requiresGrad = true;
    const second = (attend: (x: Tensor) => Tensor) => {
      const y = attend(x);
      const [slope] = gradientsOf(sum(mul(y, y)), [x], { createGraph: true });
      return gradientsOf(sum(mul(slope ?? x, slope ?? x)), [x])[0]?.toArray() ?? [];
    };
    const expected = second((of) => inOps(of, 1, true));
    second((of) => selfAttention(of, 1, { causal: true })).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? NaN, 12);
    });
  });

  it('refuses what does not fit', () => {
    expect(() => selfAttention(ones([2, 3]), 1)).toThrow(ShapeError);
    expect(() => selfAttention(ones([2, 3, 9]), 2)).toThrow(/\[2, 3, 9\].*2 heads/s);
    expect(() => selfAttention(ones([2, 3, 9]), 0)).toThrow(ValueError);
  });
});
