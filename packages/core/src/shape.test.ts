import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError } from './errors.js';
import {
  broadcastShapes,
  broadcastStrides,
  collapseAxes,
  elementCount,
  normalizeAxes,
  normalizeAxis,
  rowMajorStrides,
  stretchedAxes,
  suffixOf,
} from './shape.js';

/** All offsets that a walk over a shape with given strides visits, in order. */
function walk(shape: readonly number[], strides: readonly number[]): number[] {
  let places = [0];
  shape.forEach((size, axis) => {
    const stride = strides[axis] ?? 0;
    places = places.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * stride));
  });
  return places;
}

const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 });

describe('broadcasting', () => {
  it('aligns shapes at the last axis', () => {
    expect(broadcastShapes('add', [2, 1, 3], [4, 1])).toEqual([2, 4, 3]);
    expect(broadcastShapes('add', [], [0, 2])).toEqual([0, 2]);
    expect(broadcastShapes('add', [1], [0])).toEqual([0]);
    expect(() => broadcastShapes('add', [2], [3])).toThrow(ShapeError);
    expect(() => broadcastShapes('add', [0], [2])).toThrow(ShapeError);
  });

  it('names the axes that were stretched', () => {
    expect(stretchedAxes([1, 3, 1], [5, 2, 3, 1])).toEqual([0, 1]);
    expect(broadcastStrides([3, 1], [2, 3, 4])).toEqual([0, 1, 0]);
    expect(suffixOf([3, 4], [2, 3, 4])).toBe(true);
    expect(suffixOf([2, 3, 4], [3, 4])).toBe(false);
    expect(suffixOf([], [2])).toBe(true);
  });
});

describe('collapsed axes', () => {
  it('visit the same elements in the same order', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
        (shape, ones) => {
          const operands = [0, 5].map((k) => shape.map((size, i) => (ones[k + i] ? 1 : size)));
          const strides = operands.map((operand) => broadcastStrides(operand, shape));
          const collapsed = collapseAxes(shape, strides);
          expect(collapsed.shape.length).toBeLessThanOrEqual(Math.max(1, shape.length));
          strides.forEach((own, k) => {
            expect(walk(collapsed.shape, collapsed.strides[k] ?? [])).toEqual(walk(shape, own));
          });
        },
      ),
    );
  });

  it('are one where nothing is stretched', () => {
    fc.assert(
      fc.property(sizes, (shape) => {
        const { shape: one } = collapseAxes(shape, [rowMajorStrides(shape)]);
        expect(one).toEqual([elementCount(shape)]);
      }),
    );
  });
});

describe('axes', () => {
  it('count from the back when negative', () => {
    expect(normalizeAxis('sum', -1, 3)).toBe(2);
    expect(normalizeAxes('sum', [-1, 0], 3)).toEqual([0, 2]);
    expect(normalizeAxes('sum', undefined, 2)).toEqual([0, 1]);
    expect(() => normalizeAxis('sum', 3, 3)).toThrow(/axis 3 is outside \[-3, 2\]/);
    expect(() => normalizeAxis('sum', 0.5, 3)).toThrow(ShapeError);
    expect(() => normalizeAxis('sum', 0, 0)).toThrow(/a scalar has no axis 0/);
    expect(normalizeAxes('sum', -1, 0)).toEqual([]);
    expect(() => normalizeAxes('sum', [0, 1], 0)).toThrow(/a scalar has no axis 1/);
  });
});
