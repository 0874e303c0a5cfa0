import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { ValueError } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { permutation } from './permutation.js';

function sha256(order: Int32Array): string {
  return createHash('sha256').update(order).digest('hex');
}

describe('permutation', () => {
  it('holds every index once', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.maxSafeNat(), fc.nat(), (n, seed, epoch) => {
        expect(permutation(n, seed, epoch).toSorted()).toEqual(
          Int32Array.from({ length: n }, (_, index) => index),
        );
      }),
    );
  });

  // Computed by a separate implementation in Python, from Philox up.
  it('has pinned bits', () => {
    expect([...permutation(10, 42, 0)]).toEqual([5, 4, 2, 9, 8, 0, 1, 6, 7, 3]);
    expect([...permutation(10, 42, 1)]).toEqual([9, 0, 5, 4, 6, 2, 3, 1, 7, 8]);
    expect([...permutation(10, 43, 0)]).toEqual([8, 4, 9, 6, 5, 0, 1, 3, 7, 2]);
    expect([...permutation(10, 2 ** 40 + 42, 0)]).toEqual([2, 0, 4, 3, 9, 5, 1, 8, 6, 7]);
    expect([...permutation(10, 42, 0, 'split')]).toEqual([1, 5, 4, 2, 3, 9, 8, 6, 7, 0]);
    expect(sha256(permutation(60_000, 42, 0))).toBe(
      '9c8300d6aa9af21aa6eb8f830bdd5229a3fed3ea003491ee12e4c65237a8ca57',
    );
    expect(sha256(permutation(60_000, 42, 7))).toBe(
      'a5c13c061a131a4814082270f3be260cce901ad947a94a1f5ac9b1352497583f',
    );
  });

  it('gives every order of four about equally often', () => {
    const seen = new Map<string, number>();
    for (let epoch = 0; epoch < 24_000; epoch++) {
      const order = permutation(4, 7, epoch).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(24);
    let chiSquared = 0;
    for (const count of seen.values()) chiSquared += (count - 1000) ** 2 / 1000;
    // 23 degrees of freedom: above 49.7 once in a thousand seeds.
    expect(chiSquared).toBeLessThan(49.7);
  });

  it.each([
    ['a negative count', () => permutation(-1, 0, 0)],
    ['part of a sample', () => permutation(1.5, 0, 0)],
    ['more than can be indexed', () => permutation(2 ** 31, 0, 0)],
    ['a negative seed', () => permutation(1, -1, 0)],
    ['a seed that is not exact', () => permutation(1, 2 ** 53, 0)],
    ['a negative epoch', () => permutation(1, 0, -1)],
  ])('refuses %s', (_, make) => {
    expect(make).toThrow(ValueError);
  });
});
