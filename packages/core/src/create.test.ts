import { expect, it } from 'vitest';
import './methods.js';
import { arange, eye, full, fullLike, onesLike, tensor, zeros, zerosLike } from './create.js';
import { ShapeError, ValueError } from './errors.js';
import { logspace } from './logspace.js';

it('fills like another tensor, in its dtype unless told otherwise', () => {
  const like = zeros([2, 0, 3], { dtype: 'f64' });
  for (const made of [fullLike(like, 7), zerosLike(like), onesLike(like)]) {
    expect(made).toMatchObject({ dtype: 'f64', shape: [2, 0, 3] });
  }
  const whole = fullLike(tensor([1, 2]), 7, { dtype: 'i32' });
  expect(whole.dtype).toBe('i32');
  expect(whole.toList()).toEqual([7, 7]);
  expect(fullLike(tensor(1), -2, { requiresGrad: true }).requiresGrad).toBe(true);
});

it('fills truth values with 0 and 1', () => {
  expect(full([2], 5, { dtype: 'bool' }).sum().item()).toBe(2);
  expect(full([2], 0.5, { dtype: 'bool' }).toList()).toEqual([true, true]);
  expect(full([2], 0, { dtype: 'bool' }).toList()).toEqual([false, false]);
});

it.each(['f32', 'f64', 'i32', 'u8', 'bool'] as const)('makes identities of %s', (dtype) => {
  const as = (rows: number[][]) =>
    dtype === 'bool' ? rows.map((row) => row.map((one) => one === 1)) : rows;
  expect(eye(2, 2, { dtype }).toList()).toEqual(as([[1, 0], [0, 1]])); // prettier-ignore
  expect(eye(2, 3, { dtype }).toList()).toEqual(as([[1, 0, 0], [0, 1, 0]])); // prettier-ignore
  expect(eye(3, 1, { dtype }).toList()).toEqual(as([[1], [0], [0]]));
  expect(eye(0, 3, { dtype }).shape).toEqual([0, 3]);
  expect(eye(3).shape).toEqual([3, 3]);
});

it('refuses identities of no size', () => {
  expect(() => eye(-1)).toThrow(ShapeError);
  expect(() => eye(2, 1.5)).toThrow('eye: [2, 1.5]');
});

it('counts from 0 when given an end alone', () => {
  expect(arange(3).toList()).toEqual([0, 1, 2]);
  expect(arange(0).shape).toEqual([0]);
  expect(arange(2.5)).toMatchObject({ dtype: 'f32', shape: [3] });
  expect(arange(1, 4, 1, { dtype: 'f64' })).toMatchObject({ dtype: 'f64', shape: [3] });
});

it('spreads in equal ratios', () => {
  const powers = logspace(-2, 1, 4, { dtype: 'f64' }).toArray();
  [0.01, 0.1, 1, 10].forEach((power, i) => {
    expect(powers[i]).toBeCloseTo(power, 15);
  });
  expect(logspace(0, 3, 4, { base: 2 }).toList()).toEqual([1, 2, 4, 8]);
  expect(logspace(0, 3, 4).dtype).toBe('f32');
  expect(logspace(0, 3, 0).shape).toEqual([0]);
  expect(() => logspace(0, 1, 2.5)).toThrow(ValueError);
  expect(() => logspace(0, 1, 2, { base: -1 })).toThrow('base');
});
