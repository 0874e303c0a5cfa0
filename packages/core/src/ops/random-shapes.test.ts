import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../methods.js';
import { arange } from '../create.js';
import { scope } from '../memory/scoped.js';
import { elementCount, rowMajorStrides, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { sub } from './elementwise/sub.js';
import { where } from './elementwise/where.js';

/** A shape, and for two operands which of its axes they have with size 1, and how many they lack. */
const stretched = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 })
  .chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      ...[0, 1].map(() =>
        fc.tuple(
          fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
          fc.integer({ min: 0, max: shape.length }),
        ),
      ),
    ),
  )
  .map(([shape, ...operands]) => {
    const shapes = operands.map(([ones, lacking]) =>
      shape.map((size, i) => (ones[i] ? 1 : size)).slice(lacking),
    );
    return [shapes[0] ?? [], shapes[1] ?? []] as const;
  });

function counted(shape: Shape, start: number): Tensor {
  return arange(start, start + elementCount(shape), 1, { dtype: 'f64' }).reshape(shape);
}

/** The element of a tensor that stands at a place of a shape it is stretched to. */
function at(x: Tensor, place: readonly number[]): number {
  const strides = rowMajorStrides(x.shape);
  const own = place.slice(place.length - x.rank);
  const offset = own.reduce((sum, i, axis) => sum + (x.shape[axis] === 1 ? 0 : i * (strides[axis] ?? 0)), 0); // prettier-ignore
  return x.toArray()[offset] ?? NaN;
}

/** All places of a shape, row by row. */
function places(shape: Shape): number[][] {
  let found: number[][] = [[]];
  for (const size of shape) {
    found = found.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i]));
  }
  return found;
}

describe('for any shapes', () => {
  it('operands are stretched to each other', () => {
    fc.assert(
      fc.property(stretched, ([shapeA, shapeB]) =>
        scope(() => {
          const [a, b] = [counted(shapeA, 1), counted(shapeB, 100)];
          const y = sub(a, b);
          expect(y.shape).toHaveLength(Math.max(a.rank, b.rank));
          const expected = places(y.shape).map((place) => at(a, place) - at(b, place));
          expect([...y.toArray()]).toEqual(expected);
          const chosen = where(a.gt(2), a, b);
          const picked = places(chosen.shape).map((place) => (at(a, place) > 2 ? at(a, place) : at(b, place))); // prettier-ignore
          expect([...chosen.toArray()]).toEqual(picked);
        }),
      ),
    );
  });

  it('sums over some axes add up what the others hold', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(shapes, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (shape, chosen) =>
        scope(() => {
          const x = counted(shape, 1);
          const axis = shape.flatMap((_, i) => (chosen[i] ? [i] : []));
          if (axis.length === 0) return;
          const y = x.sum({ axis, keepdim: true });
          const expected = places(y.shape).map((place) =>
            places(shape)
              .filter((inner) => inner.every((i, k) => axis.includes(k) || i === place[k]))
              .reduce((sum, inner) => sum + at(x, inner), 0),
          );
          expect([...y.toArray()]).toEqual(expected);
          expect([...x.sum({ axis }).toArray()]).toEqual(expected);
        }),
      ),
    );
  });

  it('permuted axes put every element where its place says', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        shapes.chain((shape) => fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }))), // prettier-ignore
        ([shape, axes]) =>
          scope(() => {
            const x = counted(shape, 1);
            const y = x.permute(axes);
            const expected = places(y.shape).map((place) => at(x, shape.map((_, k) => place[axes.indexOf(k)] ?? 0))); // prettier-ignore
            expect([...y.toArray()]).toEqual(expected);
          }),
      ),
    );
  });
});
