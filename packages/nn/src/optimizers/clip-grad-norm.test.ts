import { randn, tensor, ValueError } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { expectClose, goldens, toTensor } from '../../test-support.js';
import {
  clipGradNorm,
  joinNorm,
  normBlockCount,
  normBlockSize,
  sumSquaresOfBlocks,
} from './clip-grad-norm.js';

describe('clipGradNorm', () => {
  it.each(goldens.clipping)('as PyTorch, to $maxNorm', ({ maxNorm, norm, before, after }) => {
    const leaves = before.map((gradient) => {
      const leaf = toTensor(gradient);
      leaf.requiresGrad = true;
      leaf.grad = toTensor(gradient);
      return leaf;
    });
    expect(clipGradNorm(leaves, maxNorm)).toBeCloseTo(norm, 12);
    leaves.forEach(({ grad }, i) => {
      const expected = after[i];
      if (expected !== undefined) expectClose(grad, expected);
    });
  });

  it('skips tensors without gradient, and has a norm of 0 for none', () => {
    expect(clipGradNorm([tensor(1, { requiresGrad: true })], 1)).toBe(0);
  });

  it('does not hide what is not finite', () => {
    const leaf = tensor(1, { requiresGrad: true });
    leaf.grad = tensor(NaN);
    expect(clipGradNorm([leaf], 1)).toBeNaN();
    expect(leaf.grad.item()).toBeNaN();
  });

  it('refuses a norm of 0', () => {
    expect(() => clipGradNorm([], 0)).toThrow(ValueError);
  });
});

describe('blocks', () => {
  it('may be summed by anybody: the norm is the same to the bit', () => {
    const gradient = randn([3 * normBlockSize + 5]);
    const blocks = normBlockCount(gradient.size);
    expect(blocks).toBe(4);
    const whole = new Float64Array(blocks);
    sumSquaresOfBlocks('f32', gradient.address(), gradient.size, whole, 0);
    const parts = new Float64Array(blocks);
    const second = 2 * normBlockSize;
    sumSquaresOfBlocks('f32', gradient.address() + 4 * second, gradient.size - second, parts, 2);
    sumSquaresOfBlocks('f32', gradient.address(), second, parts, 0);
    expect(parts).toEqual(whole);
    let exact = 0;
    for (const value of gradient.toArray()) exact += value * value;
    expect(joinNorm(whole)).toBeCloseTo(Math.sqrt(exact), 9);
  });
});
