import { describe, expect, it } from 'vitest';
import { Columns } from './columns.js';

describe('Columns', () => {
  it('joins sums and weights of leaves into means', () => {
    const columns = new Columns(new SharedArrayBuffer(1024), 0, 4, 1);
    columns.set(0, [
      { sum: 6, weight: 3 },
      { sum: 1, weight: 3 },
    ]);
    columns.set(1, [
      { sum: 4, weight: 1 },
      { sum: 1, weight: 1 },
    ]);
    expect(columns.total(0, 2)).toEqual({ sum: 10, weight: 4 });
    expect(columns.means(2)).toEqual([2.5, 0.5]);
  });

  it('counts a leaf without samples as nothing, whatever stood there before', () => {
    const columns = new Columns(new SharedArrayBuffer(1024), 64, 2, 0);
    columns.set(0, [{ sum: 5, weight: 2 }]);
    columns.set(1, [{ sum: NaN, weight: 7 }]);
    columns.clear(1);
    expect(columns.total(0, 2)).toEqual({ sum: 5, weight: 2 });
  });

  it('adds in the order of the tree', () => {
    const columns = new Columns(new SharedArrayBuffer(1024), 0, 4, 0);
    // In f64, 1 is lost beside 1e16 unless the two ones meet first.
    [1e16, 0, 1, 1].forEach((sum, leaf) => {
      columns.set(leaf, [{ sum, weight: 1 }]);
    });
    expect(columns.total(0, 4).sum).toBe(1e16 + 2);
  });
});
