import { describe, expect, it } from 'vitest';
import { leafCount } from './leaves.js';

describe('leafCount', () => {
  it('follows from the batch alone: about 16 samples a leaf, 4 to 64 leaves', () => {
    const counts = [1, 2, 3, 4, 16, 64, 100, 128, 200, 512, 1024, 100_000].map((batch) =>
      leafCount(batch, 'auto'),
    );
    expect(counts).toEqual([1, 2, 2, 4, 4, 4, 4, 8, 8, 32, 64, 64]);
  });

  it('takes any number that the batch can fill', () => {
    expect(leafCount(10, 7)).toBe(7);
    expect(() => leafCount(10, 11)).toThrow('from 1 to the batch size of 10, not 11');
    expect(() => leafCount(10, 2.5)).toThrow('not 2.5');
  });
});
