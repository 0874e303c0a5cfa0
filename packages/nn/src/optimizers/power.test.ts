import { expect, it } from 'vitest';
import { power } from './power.js';

it('is a power, to a few roundings', () => {
  expect(power(0.9, 0)).toBe(1);
  expect(power(0.9, 1)).toBe(0.9);
  expect(power(2, 30)).toBe(2 ** 30);
  expect(power(0, 5)).toBe(0);
  for (const exponent of [2, 3, 17, 1000, 123_457]) {
    expect(power(0.999, exponent) / Math.pow(0.999, exponent)).toBeCloseTo(1, 10);
  }
  expect(power(0.9, 2 ** 40)).toBe(0);
});
