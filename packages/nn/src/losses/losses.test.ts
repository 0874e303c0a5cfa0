import { abs, add, mean, sub, tensor, type DType, type Tensor } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { expectClose, goldens, toTensor } from '../../test-support.js';
import { BCEWithLogitsLoss } from './bce-with-logits.js';
import { CrossEntropyLoss } from './cross-entropy.js';
import { lossTypes } from './loss-types.js';
import { userLoss, type Loss } from './loss.js';
import { MSELoss } from './mse.js';

const classes = {
  cross_entropy: new CrossEntropyLoss(),
  mse: new MSELoss(),
  bce_with_logits: new BCEWithLogitsLoss(),
};

describe.each(goldens.losses)('$name with $target.dtype targets', (golden) => {
  const output = toTensor(golden.output);
  output.requiresGrad = true;
  const target = toTensor(golden.target, golden.target.dtype);

  it('is the mean that PyTorch gives, with its gradient', () => {
    const loss = classes[golden.name].forward(output, target);
    expect(loss.item()).toBeCloseTo(golden.mean, 12);
    output.grad = null;
    loss.backward();
    expectClose(output.grad, golden.grad);
  });

  it('is a sum and a weight whose quotient is that mean, whole or in parts', () => {
    const loss = lossTypes[golden.name];
    const parts = (
      [
        [0, 1],
        [1, 4],
      ] as const
    ).map(([from, to]) => loss.compute(output.slice(from, to), target.slice(from, to)));
    const whole = loss.compute(output, target);
    expect(whole.sum.item() / whole.weight).toBeCloseTo(golden.mean, 12);
    const sum = parts.reduce((total, part) => total + part.sum.item(), 0);
    const weight = parts.reduce((total, part) => total + part.weight, 0);
    expect(weight).toBe(whole.weight);
    expect(sum / weight).toBeCloseTo(golden.mean, 12);
  });
});

describe('targets', () => {
  it('of single numbers may be whole, and [N] for [N, 1]', () => {
    const output = tensor([[0.5], [2]]);
    const { sum, weight } = lossTypes.mse.compute(output, tensor(Int32Array.of(1, 0)));
    expect([sum.item(), weight]).toEqual([4.25, 2]);
    const truths = tensor([1, 0]);
    const [a, b] = [truths, truths.to('i32')].map((target) =>
      lossTypes.bce_with_logits.compute(output, target).sum.item(),
    );
    expect(a).toBe(b);
  });

  it('are never stretched', () => {
    const output = tensor([[1], [2]]);
    expect(() => lossTypes.mse.compute(output, tensor([[1, 2]]))).toThrow(/\[2, 1\].*\[1, 2\]/);
    expect(() => new MSELoss().forward(tensor([1, 2]), tensor(1))).toThrow(/one shape/);
  });
});

describe('a check before training', () => {
  const check = (
    loss: keyof typeof lossTypes,
    output: readonly number[],
    dtype: DType,
    shape: readonly number[],
    count?: number,
  ) => {
    lossTypes[loss].check(output, {
      dtype,
      shape,
      ...(count === undefined ? {} : { classes: count }),
    });
  };

  it('lets pass what fits', () => {
    check('cross_entropy', [10], 'i32', [], 10);
    check('cross_entropy', [10], 'i32', [], 7);
    check('cross_entropy', [10], 'f32', [10]);
    check('cross_entropy', [10, 5, 5], 'i32', [5, 5]);
    check('mse', [1], 'f32', [1]);
    check('mse', [1], 'i32', []);
    check('bce_with_logits', [1], 'i32', [], 2);
    check('bce_with_logits', [3], 'f32', [3]);
  });

  it.each([
    [
      'fewer outputs than classes',
      () => check('cross_entropy', [5], 'i32', [], 10),
      /5 outputs.*10 classes/,
    ],
    [
      'an image',
      () => check('cross_entropy', [10, 2, 2], 'i32', [], 10),
      /\[10, 2, 2\].*linear layer/,
    ],
    ['one output', () => check('cross_entropy', [1], 'i32', [], 2), /bce_with_logits/],
    ['numbers for indices', () => check('cross_entropy', [3], 'f32', [1]), /f32 \[1\]/],
    ['another size', () => check('mse', [3], 'f32', [2]), /\[3\].*\[2\]/],
    ['indices for vectors', () => check('mse', [3], 'i32', []), /\[3\]/],
    ['three classes', () => check('bce_with_logits', [1], 'i32', [], 3), /use cross_entropy/],
  ])('refuses %s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});

describe('userLoss', () => {
  it('counts the mean of a function with its samples', () => {
    const loss = userLoss(function mae(output: Tensor, target: Tensor) {
      return mean(abs(sub(output, target)));
    });
    expect(loss.name).toBe('mae');
    const { sum, weight } = loss.compute(
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      tensor([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    );
    expect(weight).toBe(3);
    expect(sum.item()).toBe(7.5);
  });

  it('takes a loss as it is', () => {
    const own: Loss = { name: 'own', compute: (output) => ({ sum: output.sum(), weight: 2 }) };
    expect(userLoss(own)).toBe(own);
  });

  it('refuses what is neither, and what returns no number', () => {
    expect(() => userLoss('mse')).toThrow(/function/);
    expect(() => userLoss(null)).toThrow(/function/);
    const x = tensor([1, 2]);
    expect(() => userLoss(() => 3).compute(x, x)).toThrow(/it returned number/);
    expect(() => userLoss(add).compute(x, x)).toThrow(/loss add: .*f32 \[2\]/);
  });
});
