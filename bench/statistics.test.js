import { describe, expect, it } from 'vitest';
import { interleave, quantile, ratio, spread, summarize } from './statistics.js';

describe('quantile', () => {
  it('lies between two neighbours in proportion, whatever the order', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([5, 1, 3], 0.5)).toBe(3);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(quantile([7], 0.9)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('spread', () => {
  it('is the distance of the quartiles over the median', () => {
    expect(spread(summarize([1, 2, 3, 4, 5]))).toBeCloseTo(2 / 3);
    expect(spread(summarize([3, 3, 3]))).toBe(0);
  });
});

describe('ratio', () => {
  it('compares within each round, so that a slow round slows both', () => {
    const slowRound = ratio(summarize([2, 20, 2]), summarize([1, 10, 1]));
    expect(slowRound).toMatchObject({ median: 2, low: 2, high: 2 });
  });
});

describe('interleave', () => {
  it('measures everybody once a round and begins each round with another', async () => {
    /** @type {string[]} */
    const order = [];
    const results = await interleave(
      ['a', 'b', 'c'].map((name) => ({
        name,
        measure: (/** @type {number} */ round) => {
          order.push(name);
          return round;
        },
      })),
      4,
    );
    expect(order.join('')).toBe('abcbcacababc');
    expect(results.get('b')?.rounds).toEqual([0, 1, 2, 3]);
  });

  it('refuses two contenders of one name, which would share their values', async () => {
    const twins = ['a', 'a'].map((name) => ({ name, measure: () => 1 }));
    await expect(interleave(twins, 1)).rejects.toThrow('same name');
  });
});
