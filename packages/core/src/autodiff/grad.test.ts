import { describe, expect, it } from 'vitest';
import '../methods.js';
import { tensor } from '../create.js';
import { GradientError } from '../errors.js';
import { crossEntropy } from '../ops/losses/cross-entropy.js';
import { linear } from '../ops/linear-algebra/linear.js';
import { randn } from '../random/draw.js';
import { manualSeed } from '../random/seed.js';
import type { Tensor } from '../tensor.js';
import { grad, gradientsOf, valueAndGrad } from './grad.js';

const f64 = (values: number | number[]) => tensor(values, { dtype: 'f64' });

describe('grad', () => {
  it('nests to any order', () => {
    const f = (x: Tensor) => x.pow(4).sum();
    expect(grad(f)(f64(2)).item()).toBe(32);
    const second = (x: Tensor) => grad(f)(x);
    expect(grad(second)(f64(2)).item()).toBe(48);
    expect(grad((x: Tensor) => grad(second)(x))(f64(2)).item()).toBe(48);
  });

  it('differentiates by the arguments that argnums names', () => {
    const f = (a: Tensor, b: Tensor) => a.mul(b).mul(b).sum();
    expect(grad(f)(f64(3), f64(5)).item()).toBe(25);
    expect(grad(f, { argnums: 1 })(f64(3), f64(5)).item()).toBe(30);
    const [byA, byB] = grad(f, { argnums: [0, 1] })(f64(3), f64(5));
    expect([byA?.item(), byB?.item()]).toEqual([25, 30]);
    expect(() => grad(f, { argnums: 2 })(f64(3), f64(5))).toThrow(/argnums names argument 2/);
  });

  it('leaves the arguments and their grad alone', () => {
    const x = f64([1, 2]);
    grad((a: Tensor) => a.square().sum())(x);
    expect(x.requiresGrad).toBe(false);
    expect(x.grad).toBeNull();
  });

  it('is zero where the result does not depend on an argument', () => {
    const f = (a: Tensor, b: Tensor) => a.sum().add(b.detach().sum().mul(0));
    expect(grad(f, { argnums: 1 })(f64([1]), f64([2, 3])).toList()).toEqual([0, 0]);
  });

  it('ties its result to an outer graph', () => {
    const w = f64(3);
    w.requiresGrad = true;
    const inner = grad((x: Tensor) => x.mul(x).mul(w))(f64(2));
    expect(inner.item()).toBe(12);
    const nested = grad((x: Tensor) => x.mul(x).mul(w))(w);
    nested.backward();
    expect(w.grad?.item()).toBe(12); // of 2 w w
  });

  it('differentiates a gradient through a network', () => {
    manualSeed(2);
    const w = randn([3, 4], { dtype: 'f64' });
    const b = randn([3], { dtype: 'f64' });
    const target = tensor(Int32Array.of(2, 0));
    const loss = (x: Tensor) => crossEntropy(linear(x, w, b, 'tanh'), target);
    const norm = (x: Tensor) => grad(loss)(x).square().sum();
    const x = randn([2, 4], { dtype: 'f64' });
    const found = grad(norm)(x).toArray();
    const h = 1e-5;
    const values = x.toArray();
    found.forEach((value, i) => {
      const at = (step: number) => {
        const moved = values.slice();
        moved[i] = (moved[i] ?? 0) + step;
        return norm(tensor(moved, { shape: [2, 4] })).item();
      };
      expect(value).toBeCloseTo((at(h) - at(-h)) / (2 * h), 8);
    });
  });
});

describe('valueAndGrad', () => {
  it('returns values that stay', () => {
    const step = valueAndGrad((x: Tensor) => x.square().sum());
    const values = [1, 2, 3].map((x) => step(f64(x))[0]);
    expect(values.map((value) => value.item())).toEqual([1, 4, 9]);
    expect(values[0]?.requiresGrad).toBe(false);
  });

  it('wants one number', () => {
    expect(() => valueAndGrad((x: Tensor) => x.mul(2))(f64([1, 2]))).toThrow(GradientError);
  });
});

describe('gradientsOf', () => {
  it('finds gradients by results on the way, too', () => {
    const x = f64([1, 2]);
    x.requiresGrad = true;
    const h = x.mul(3);
    const y = h.square().sum();
    const [byX, byH] = gradientsOf(y, [x, h]);
    expect(byH?.toList()).toEqual([6, 12]);
    expect(byX?.toList()).toEqual([18, 36]);
  });
});
