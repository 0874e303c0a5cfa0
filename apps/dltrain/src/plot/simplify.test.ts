import { describe, expect, it } from 'vitest';
import { simplify } from './simplify.js';
import type { Point } from './simplify.js';

describe('simplify', () => {
  it('keeps corners and ends, and nothing between', () => {
    const ramp = Array.from({ length: 11 }, (_, i): Point => [i, Math.max(0, i - 5)]);
    expect(simplify(ramp, 0.01)).toEqual([
      [0, 0],
      [5, 0],
      [10, 5],
    ]);
  });

  it('stays within the tolerance on a curve', () => {
    const curve = Array.from({ length: 1001 }, (_, i): Point => [i / 10, 40 * Math.sin(i / 100)]);
    const kept = simplify(curve, 0.1);
    expect(kept.length).toBeLessThan(60);
    for (const [x, y] of curve) {
      const after = kept.findIndex(([at]) => at >= x);
      const [x1, y1] = kept[Math.max(0, after - 1)] ?? [0, 0];
      const [x2, y2] = kept[after] ?? [0, 0];
      const between = x1 === x2 ? y1 : y1 + ((x - x1) / (x2 - x1)) * (y2 - y1);
      expect(Math.abs(between - y)).toBeLessThan(0.5);
    }
  });

  it('leaves short lines and closed ones as they are', () => {
    const square: Point[] = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ];
    for (const points of [[], square.slice(0, 1), square.slice(0, 2), square]) {
      expect(simplify(points, 0.1)).toEqual(points);
    }
  });
});
