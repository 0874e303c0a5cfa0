import { describe, expect, it } from 'vitest';
import '../../methods.js';
import { tensor, zeros } from '../../create.js';
import { bceWithLogits } from './bce-with-logits.js';
import { crossEntropy } from './cross-entropy.js';
import { cumulativeLink } from './cumulative-link.js';
import { distillation } from './distillation.js';
import { klDiv } from './kl-div.js';
import { nll } from './nll.js';
import { softmax } from '../activations/softmax.js';

describe('ignored targets', () => {
  const ignored = tensor(Int32Array.of(-1, -1));

  it('leave no mean where all are', () => {
    expect(crossEntropy(zeros([2, 3]), ignored, { ignoreIndex: -1 }).item()).toBeNaN();
    const sum = { ignoreIndex: -1, reduction: 'sum' } as const;
    expect(nll(zeros([2, 3]), ignored, sum).item()).toBe(0);
  });

  it('do not count, however wrong their scores are', () => {
    const x = tensor([
      [0, 0],
      [-Infinity, 0],
    ]);
    const target = tensor(Int32Array.of(1, -1));
    for (const labelSmoothing of [0, 0.5]) {
      const loss = crossEntropy(x, target, { ignoreIndex: -1, labelSmoothing });
      expect(loss.item()).toBeCloseTo(Math.log(2), 6);
    }
  });

  it('may be a class, too', () => {
    const target = tensor(Int32Array.of(0, 1));
    const x = tensor([
      [-1, -2],
      [-3, -4],
    ]);
    expect(nll(x, target, { ignoreIndex: 0 }).item()).toBe(4);
  });
});

describe('cumulativeLink', () => {
  const none = { reduction: 'none' } as const;

  it('of two classes is the binary cross-entropy', () => {
    const x = tensor([-2, 0.5, 3], { dtype: 'f64' });
    const target = tensor(Int32Array.of(1, 0, 1));
    const thresholds = tensor([0.25], { dtype: 'f64' });
    const expected = bceWithLogits(x.sub(0.25), target.to('f64'), none);
    expect([...cumulativeLink(x, target, thresholds, none).view()]).toEqual([...expected.view()]);
  });

  it('stays finite far from the thresholds, with a finite derivative', () => {
    const x = tensor([-1e4, 1e4, -1e4, 1e4, 1e4]);
    x.requiresGrad = true;
    const thresholds = tensor([-1, 1]);
    thresholds.requiresGrad = true;
    const losses = cumulativeLink(x, tensor(Int32Array.of(0, 0, 1, 1, 2)), thresholds, none);
    const far = 1e4 - 1 - Math.log1p(-Math.exp(-2));
    [0, 10001, far, far, 0].forEach((value, i) => {
      expect(losses.view()[i]).toBeCloseTo(value, 2);
    });
    losses.sum().backward();
    expect(Array.from(x.grad?.view() ?? [], Math.round).map(String)).toEqual([
      '0',
      '1',
      '-1',
      '1',
      '0',
    ]);
    expect([...(thresholds.grad?.view() ?? [])].every(Number.isFinite)).toBe(true);
  });
});

it('klDiv counts a share of 0 as nothing', () => {
  const x = tensor([-Infinity, Math.log(0.5)]);
  expect(klDiv(x, tensor([0, 1]), { reduction: 'sum' }).item()).toBeCloseTo(Math.log(2), 6);
});

it('distillation has the derivative T (p - q)', () => {
  const x = tensor([1, 2, 4], { dtype: 'f64', requiresGrad: true });
  const teacher = tensor([3, 0, 1], { dtype: 'f64' });
  distillation(x, teacher, { temperature: 2 }).backward();
  const expected = softmax(x.div(2))
    .sub(softmax(teacher.div(2)))
    .mul(2)
    .view();
  [...(x.grad?.view() ?? [])].forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] ?? NaN, 14);
  });
});
