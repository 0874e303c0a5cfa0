import { describe, expect, it } from 'vitest';
import { foldTree, splitOf } from '@dltrain/core';
import { leavesOf, ownedSubtrees, sumTree } from './tree.js';

const text = (low: number, high: number): string =>
  foldTree({ low, high }, String, (left, right) => `(${left} ${right})`);

describe('the tree over leaves', () => {
  it('splits off the largest power of two below its size', () => {
    expect([2, 3, 4, 5, 8, 9].map((high) => splitOf({ low: 0, high }))).toEqual([1, 2, 2, 4, 4, 8]);
    expect(text(0, 7)).toBe('(((0 1) (2 3)) ((4 5) 6))');
  });

  it('sums in that order', () => {
    // In f64, 1 is lost beside 1e16 unless the two ones meet first.
    expect(sumTree(4, (leaf) => [1e16, 0, 1, 1][leaf] ?? 0)).toBe(1e16 + 2);
    expect(sumTree(3, (leaf) => [1e16, 1, 1][leaf] ?? 0)).toBe(1e16);
    expect(sumTree(0, () => 1)).toBe(0);
  });

  it('gives each rank the largest subtrees within its leaves', () => {
    expect(ownedSubtrees({ low: 2, high: 5 }, 8)).toEqual([
      { low: 2, high: 4 },
      { low: 4, high: 5 },
    ]);
    expect(ownedSubtrees({ low: 0, high: 8 }, 8)).toEqual([{ low: 0, high: 8 }]);
    expect(ownedSubtrees({ low: 3, high: 3 }, 8)).toEqual([]);
  });

  it('covers every leaf once, for any number of leaves and workers', () => {
    for (let leaves = 1; leaves <= 20; leaves++) {
      for (let workers = 1; workers <= 24; workers++) {
        const subtrees = Array.from({ length: workers }, (_, rank) =>
          ownedSubtrees(leavesOf(rank, workers, leaves), leaves),
        ).flat();
        let next = 0;
        for (const { low, high } of subtrees) {
          expect(low).toBe(next);
          next = high;
        }
        expect(next).toBe(leaves);
      }
    }
  });
});
