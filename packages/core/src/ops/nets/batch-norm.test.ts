import { expect, it } from 'vitest';
import '../../methods.js';
import { ones, tensor, zeros } from '../../create.js';
import { ShapeError, ValueError } from '../../errors.js';
import { batchMoments, batchNorm } from './batch-norm.js';

const values = [
  [1, 2, 4],
  [3, 5, -1],
  [0, 1, 2],
  [7, -2, 3],
];
const x = () => tensor(values, { dtype: 'f64' });

it('moves running statistics as PyTorch does', () => {
  const mean = zeros([3], { dtype: 'f64' });
  const variance = ones([3], { dtype: 'f64' });
  const options = { training: true, momentum: 0.25 };
  batchNorm(x(), mean, variance, null, null, options);
  batchNorm(x().mul(2), mean, variance, null, null, options);
  // torch.nn.functional.batch_norm, twice
  [1.890625, 1.03125, 1.375].forEach((expected, i) =>
    expect(mean.view()[i]).toBeCloseTo(expected, 14),
  );
  [11.942708333333334, 10.458333333333334, 6.104166666666667].forEach((expected, i) =>
    expect(variance.view()[i]).toBeCloseTo(expected, 13),
  );
});

it('says by what it normalises', () => {
  const { mean, variance, count } = batchMoments(x());
  expect([...mean.view()]).toEqual([2.75, 1.5, 2]);
  expect([...variance.view()]).toEqual([7.1875, 6.25, 3.5]);
  expect(count).toBe(4);
});

it('uses running statistics as they are outside of training', () => {
  const mean = tensor([1, 2, 3], { dtype: 'f64' });
  const variance = tensor([1, 4, 9], { dtype: 'f64' });
  const y = batchNorm(x(), mean, variance, null, null, { eps: 0 });
  expect([...y.view()].slice(0, 2)).toEqual([0, 0]);
  expect(y.view()[2]).toBeCloseTo(1 / 3, 14);
  expect([...mean.view()]).toEqual([1, 2, 3]);
});

it('refuses batches without a variance, and evaluation without statistics', () => {
  expect(() => batchNorm(zeros([1, 3]), null, null, null, null, { training: true })).toThrow(
    ShapeError,
  );
  expect(() => batchNorm(zeros([4, 3]))).toThrow(ValueError);
  expect(() => batchNorm(zeros([4, 3]), zeros([2]), ones([3]))).toThrow(
    'runningMean [2] is not [3]',
  );
});
