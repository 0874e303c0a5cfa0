import { describe, expect, it } from 'vitest';
import '../methods.js';
import { tensor, zeros } from '../create.js';
import { engine } from '../engine.js';
import { GradientError, ShapeError } from '../errors.js';
import { dropout } from '../ops/nets/dropout.js';
import type { Tensor } from '../tensor.js';
import { backward } from './backward.js';
import { scope } from '../memory/scoped.js';
import { noGrad } from './no-grad.js';

function leaf(values: number | number[]): Tensor {
  return tensor(values, { dtype: 'f64', requiresGrad: true });
}

describe('backward', () => {
  it('finds the gradients of the worked example in one sweep', () => {
    const x1 = leaf(2);
    const x2 = leaf(5);
    const y = x1.log().add(x1.mul(x2)).sub(x2.sin());
    y.backward();
    expect(y.item()).toBeCloseTo(11.652, 3);
    expect(x1.grad?.item()).toBeCloseTo(5.5, 12);
    expect(x2.grad?.item()).toBeCloseTo(1.716, 3);
  });

  it('finds the four gradients of the two-layer scalar network', () => {
    const [x, w1, w2, target] = [leaf(0.7), leaf(-0.4), leaf(1.3), tensor(1, { dtype: 'f64' })];
    const h1 = w1.mul(x).sigmoid();
    const h2 = w2.mul(h1).sigmoid();
    target.sub(h2).square().mul(0.5).backward();
    const [a, b] = [h1.item(), h2.item()];
    const byH2 = -(1 - b);
    const byH1 = byH2 * 1.3 * b * (1 - b);
    expect(w2.grad?.item()).toBeCloseTo(byH2 * a * b * (1 - b), 14);
    expect(w1.grad?.item()).toBeCloseTo(byH1 * 0.7 * a * (1 - a), 14);
    expect(x.grad?.item()).toBeCloseTo(byH1 * -0.4 * a * (1 - a), 14);
  });

  it('adds up over all paths and over calls', () => {
    const x = leaf([1, 2]);
    x.mul(x).add(x).sum().backward();
    expect(x.grad?.toList()).toEqual([3, 5]);
    const { grad } = x;
    x.sum().backward();
    expect(x.grad).toBe(grad);
    expect(x.grad?.toList()).toEqual([4, 6]);
  });

  it('leaves gradients that outlive the scope and the graph they were made in', () => {
    const x = leaf([1, 2]);
    for (let i = 0; i < 3; i++) scope(() => x.square().sum().backward());
    expect(x.grad?.toList()).toEqual([6, 12]);
    const w = leaf([3]);
    w.pow(3).sum().backward(undefined, { createGraph: true });
    const first = w.grad;
    leaf([1]).exp().sum().backward();
    first?.square().sum().backward();
    leaf([1]).exp().sum().backward();
    expect(first?.toArray()[0]).toBeCloseTo(27 + 2 * 27 * 18, 9);
  });

  it('takes a seed of the shape of the output', () => {
    const x = leaf([1, 2]);
    const seed = tensor([10, 100], { dtype: 'f64' });
    x.add(0).backward(seed);
    expect(x.grad?.toList()).toEqual([10, 100]);
    expect(x.grad?.storage).not.toBe(seed.storage);
    expect(() => x.mul(1).backward(zeros([3], { dtype: 'f64' }))).toThrow(ShapeError);
  });

  it('gives every leaf a gradient of its own', () => {
    const [a, b] = [leaf([1]), leaf([2])];
    a.add(b).sum().backward();
    expect(a.grad?.storage).not.toBe(b.grad?.storage);
  });

  it('walks a chain of 100,000 ops without recursion', () => {
    const x = leaf(1);
    let y = x;
    for (let i = 0; i < 100_000; i++) y = y.add(0);
    y.backward();
    expect(x.grad?.item()).toBe(1);
  });

  it('follows control flow that differs each time, and a parameter that is used again', () => {
    const w = leaf(2);
    for (const power of [1, 3, 2]) {
      let y = w;
      for (let i = 1; i < power; i++) y = y.mul(w);
      w.grad = null;
      y.backward();
      expect(w.grad).not.toBeNull();
      expect((w as { grad: Tensor | null }).grad?.item()).toBe(power * 2 ** (power - 1));
    }
  });

  it('writes to the gradient that is there, wherever it lives', () => {
    const x = leaf([1, 2]);
    const place = tensor([5, 5], { dtype: 'f64' });
    x.grad = place;
    x.mul(3).sum().backward();
    expect(place.toList()).toEqual([8, 8]);
  });

  it('differentiates the same graph twice when it is retained', () => {
    const x = leaf([3]);
    const y = x.square().sum();
    y.backward(undefined, { retainGraph: true });
    y.backward();
    expect(x.grad?.item()).toBe(12);
  });

  it('makes gradients that can be differentiated, with createGraph', () => {
    const x = leaf(3);
    backward(x.pow(3), undefined, { createGraph: true });
    const first = x.grad;
    x.grad = null;
    first?.backward();
    expect(first?.item()).toBe(27);
    expect((x as { grad: Tensor | null }).grad?.item()).toBe(18);
  });

  it('replays the mask of a dropout', () => {
    engine().random.reset(3);
    const x = leaf(Array.from({ length: 64 }, () => 1));
    const y = dropout(x, 0.5);
    y.sum().backward();
    expect(x.grad?.toList()).toEqual(y.toList());
    expect(new Set(y.toList() as number[])).toEqual(new Set([0, 2]));
  });
});

describe('misuse of backward', () => {
  it('names the op when a graph is used twice', () => {
    const y = leaf([1]).exp().sum();
    y.backward();
    expect(() => y.backward()).toThrow(GradientError);
    expect(() => y.backward()).toThrow(/sum was already differentiated.*retainGraph/);
  });

  it('names the op when an operand was overwritten', () => {
    const x = leaf([1, 2]);
    const y = x.square().sum();
    x.assign(tensor([5, 5], { dtype: 'f64' }));
    expect(() => y.backward()).toThrow(/square was overwritten in place/);
    const z = x.exp();
    z.detach().assign(tensor([0, 0], { dtype: 'f64' }));
    expect(() => z.sum().backward()).toThrow(GradientError);
  });

  it('refuses to overwrite a result', () => {
    const y = leaf([1, 2]).exp();
    expect(() => y.assign(y.detach())).toThrow(/clone\(\)\.detach\(\)/);
    expect(() => tensor([[1], [2]]).T.assign(tensor([[1, 2]]))).toThrow(GradientError);
  });

  it('wants one number, or a seed', () => {
    expect(() => leaf([1, 2]).exp().backward()).toThrow(/\[2\] is not one number.*sum\(\)/);
  });

  it('says so when nothing was recorded', () => {
    expect(() => tensor(1).exp().backward()).toThrow(/requires a gradient/);
    expect(() => noGrad(() => leaf(1).exp()).backward()).toThrow(GradientError);
  });

  it('lets no gradient through whole numbers', () => {
    const x = leaf([1.5, 2.5]);
    expect(x.to('i32').requiresGrad).toBe(false);
    expect(() => x.to('i32').to('f64').sum().backward()).toThrow(/through to, .*whole numbers/);
    expect(() => x.max().gt(1).to('f64').backward()).toThrow(/through gt, /);
    expect(() => {
      tensor(Int32Array.of(1)).requiresGrad = true;
    }).toThrow(/i32 tensor has no gradient/);
    expect(() => tensor(Int32Array.of(1), { requiresGrad: true })).toThrow(GradientError);
  });
});
