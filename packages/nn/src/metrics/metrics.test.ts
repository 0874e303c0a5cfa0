import { tensor, type Tensor } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { metricTypes } from './metric-types.js';
import { userMetric } from './metric.js';

const { accuracy, mae } = metricTypes;

describe('accuracy', () => {
  const scores = tensor([
    [0.1, 0.9],
    [2, -1],
    [0, 0],
    [3, 4],
  ]);

  it('counts the right ones of class indices; a tie is the first class', () => {
    expect(accuracy.compute(scores, tensor(Int32Array.of(1, 1, 0, 1)))).toEqual({
      sum: 3,
      weight: 4,
    });
    expect(accuracy.compute(scores, tensor(Uint8Array.of(0, 1, 1, 0)))).toEqual({
      sum: 0,
      weight: 4,
    });
  });

  it('takes the largest of probabilities', () => {
    const shares = tensor([
      [0, 1],
      [1, 0],
      [0.4, 0.6],
      [0.2, 0.8],
    ]);
    expect(accuracy.compute(scores, shares)).toEqual({ sum: 3, weight: 4 });
  });

  it.each([
    ['[N, 1] and whole numbers', tensor([[1], [-1], [0], [2]]), tensor(Int32Array.of(1, 0, 1, 0))],
    ['[N] and numbers', tensor([1, -1, 0, 2]), tensor([1, 0, 1, 0])],
  ])('of one score, %s', (_, output, target) => {
    expect(accuracy.compute(output, target)).toEqual({ sum: 2, weight: 4 });
  });

  it('counts each position of more axes', () => {
    const output = tensor([
      [
        [1, 0],
        [0, 1],
      ],
    ]); // [1, 2 classes, 2 positions]
    expect(accuracy.compute(output, tensor([[0, 0]]).to('i32'))).toEqual({ sum: 1, weight: 2 });
  });

  it('says before training what does not fit', () => {
    accuracy.check([10], { dtype: 'i32', shape: [], classes: 10 });
    accuracy.check([1], { dtype: 'i32', shape: [], classes: 2 });
    expect(() => accuracy.check([3], { dtype: 'f32', shape: [1] })).toThrow(/accuracy/);
  });
});

describe('mae', () => {
  it('is the mean absolute error over elements', () => {
    expect(mae.compute(tensor([[1], [4]]), tensor([2, 2]))).toEqual({ sum: 3, weight: 2 });
    expect(() => mae.check([2], { dtype: 'f32', shape: [3] })).toThrow(/mae/);
  });
});

describe('userMetric', () => {
  it('counts a mean with its samples', () => {
    const output = tensor([
      [1, 2],
      [3, 4],
    ]);
    const mean = userMetric((y: Tensor) => y.mean());
    expect(mean.compute(output, output)).toEqual({ sum: 5, weight: 2 });
    expect(userMetric(() => 0.5).compute(output, output)).toEqual({ sum: 1, weight: 2 });
    expect(userMetric(mae)).toBe(mae);
    expect(() => userMetric(3)).toThrow(/function/);
  });

  it('names the metric that returns something else than a mean', () => {
    const x = tensor([[1, 2]]);
    const nothing = userMetric(function topTwo() {
      return undefined;
    });
    expect(() => nothing.compute(x, x)).toThrow(
      /^metric topTwo: it must return .*it returned undefined$/,
    );
    const rows = userMetric((y: Tensor) => y);
    expect(() => rows.compute(x, x)).toThrow(/it returned a tensor f32 \[1, 2\]$/);
  });
});
