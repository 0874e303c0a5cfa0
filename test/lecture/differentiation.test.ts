import { describe, expect, it } from 'vitest';
import {
  countSweeps,
  productOfJacobians,
  sumOverPaths,
} from '../../examples/lecture/paths-and-jacobians.js';
import { twoLayers } from '../../examples/lecture/two-layer-scalar-network.js';
import { forwardMode, reverseMode } from '../../examples/lecture/worked-example.js';

/** To the digits that the lecture prints. */
function rounded(values: readonly number[]): number[] {
  return values.map((value) => Math.round(value * 1000) / 1000 + 0);
}

describe('the worked example, y = log x1 + x1 x2 - sin x2 at (2, 5)', () => {
  it('has the values and the tangents of the lecture in forward mode', () => {
    const { values, tangents } = forwardMode('x1');
    expect(rounded(values)).toEqual([0.693, 10, -0.959, 10.693, 11.652]);
    expect(rounded(tangents)).toEqual([0.5, 5, 0, 5.5, 5.5]);
    expect(rounded(forwardMode('x2').tangents).at(-1)).toBe(1.716);
  });

  it('has its adjoints in reverse mode, and both derivatives in one sweep', () => {
    const { adjoints, gradient, collected } = reverseMode();
    expect(adjoints).toEqual([1, 1, -1, 1, 1]);
    expect(rounded(collected.x1)).toEqual([5, 5.5]);
    expect(rounded(collected.x2)).toEqual([-0.284, 1.716]);
    expect(gradient.x1).toBeCloseTo(1 / 2 + 5, 14);
    expect(gradient.x2).toBeCloseTo(2 - Math.cos(5), 14);
  });
});

describe('the two-layer scalar network', () => {
  const points = [
    {},
    { x: 0.3, y: 0, w1: -2, w2: 3 },
    { x: -4, y: 0.5, w1: 0.1, w2: 0.2 },
    { x: 0, y: 1, w1: 1, w2: 1 },
  ];
  it.each(points)('has the four gradients of the chain rule at %o', (point) => {
    const { gradients } = twoLayers(point);
    expect(gradients).toHaveLength(4);
    for (const { of, manual, automatic } of gradients) {
      expect(Math.abs(automatic - manual), of).toBeLessThan(1e-15);
    }
  });

  it('computes what it says', () => {
    const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
    const { h1, h2, loss } = twoLayers({ x: 2, y: 1, w1: 0.5, w2: -1 }).values;
    expect(h1).toBeCloseTo(sigmoid(1), 14);
    expect(h2).toBeCloseTo(sigmoid(-sigmoid(1)), 14);
    expect(loss).toBeCloseTo((1 - h2) ** 2 / 2, 14);
  });
});

describe('paths and Jacobians', () => {
  it('sums the product rule over paths', () => {
    const { paths, gradient } = sumOverPaths(3, 4);
    expect(paths).toEqual({ x1: [4, 0], x2: [3, 8] });
    expect(gradient).toEqual([4, 11]);
  });

  it('multiplies a 1 x 2 and a 2 x 3 Jacobian to the derivative of the whole', () => {
    const { outer, inner, product, whole } = productOfJacobians();
    expect([outer.shape, inner.shape]).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect(inner.toArray()).toEqual(Float64Array.of(2, 1, 0, 0, 1, inner.toArray()[5] ?? NaN));
    expect(inner.toArray()[5]).toBeCloseTo(Math.cos(3), 14);
    product.toArray().forEach((value, i) => {
      expect(value).toBeCloseTo(whole.toArray()[i] ?? NaN, 13);
    });
  });

  it.each([
    [1, 50],
    [50, 1],
    [3, 2],
    [4, 4],
  ])('from %i to %i variables takes m sweeps forwards, n in reverse', (m, n) => {
    expect(countSweeps(m, n)).toEqual({ forward: m, reverse: n, auto: Math.min(m, n) });
  });
});
