import fc from 'fast-check';
import { ValueError } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { split } from './split.js';

describe('split', () => {
  it('gives disjoint, complete, ascending parts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 500 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.nat(),
        (length, share, seed) => {
          const held = Math.round(share * length);
          fc.pre(held > 0 && held < length);
          const { train, val } = split({ length }, share, seed);
          expect(val.length).toBe(held);
          expect(val).toEqual(val.toSorted());
          expect(train).toEqual(train.toSorted());
          expect(Int32Array.of(...train, ...val).toSorted()).toEqual(
            Int32Array.from({ length }, (_, index) => index),
          );
        },
      ),
    );
  });

  it('is drawn by the seed alone', () => {
    expect(split({ length: 20 }, 0.25, 42).val).toEqual(Int32Array.of(1, 2, 7, 11, 14));
    expect(split({ length: 20 }, 0.25, 42)).toEqual(split({ length: 20 }, 0.25, 42));
    expect(split({ length: 60_000 }, 0.1, 1).val).not.toEqual(
      split({ length: 60_000 }, 0.1, 2).val,
    );
  });

  it('rounds the share to whole samples', () => {
    expect(split({ length: 100 }, 0.29, 0).val.length).toBe(29);
  });

  it.each([0, 1, -0.1, 1.5, NaN, 0.04, 0.96])('refuses a share of %f of 10 samples', (share) => {
    expect(() => split({ length: 10 }, share, 0)).toThrow(ValueError);
  });
});
