import fc from 'fast-check';
import { ValueError } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { batchPlan, leafBounds } from './batch-plan.js';

const size = fc.integer({ min: 1, max: 10_000 });

describe('batchPlan', () => {
  it('keeps the last short batch, or drops it', () => {
    const kept = batchPlan(60_000, 128, false);
    expect(kept.steps).toBe(469);
    expect([kept.size(467), kept.start(468), kept.size(468)]).toEqual([128, 59_904, 96]);
    const dropped = batchPlan(60_000, 128, true);
    expect(dropped.steps).toBe(468);
    expect(dropped.size(467)).toBe(128);
    expect(batchPlan(5, 8, false)).toMatchObject({ steps: 1 });
  });

  it('covers every position once, in order', () => {
    fc.assert(
      fc.property(size, size, (count, batch) => {
        const plan = batchPlan(count, batch, false);
        let position = 0;
        for (let step = 0; step < plan.steps; step++) {
          expect(plan.start(step)).toBe(position);
          position += plan.size(step);
        }
        expect(position).toBe(count);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['no samples', () => batchPlan(0, 1, false)],
    ['a batch of none', () => batchPlan(1, 0, false)],
    ['part of a sample', () => batchPlan(1, 1.5, false)],
    ['no full batch', () => batchPlan(7, 8, true)],
    ['a step too many', () => batchPlan(8, 8, true).size(1)],
    ['a step before the first', () => batchPlan(8, 8, true).start(-1)],
  ])('refuses %s', (_, plan) => {
    expect(plan).toThrow(ValueError);
  });
});

describe('leafBounds', () => {
  it('cuts a batch into adjacent leaves whose sizes differ by one at most', () => {
    expect([0, 1, 2, 3].map((leaf) => leafBounds(10, 4, leaf))).toEqual([
      [0, 2],
      [2, 5],
      [5, 7],
      [7, 10],
    ]);
    expect(leafBounds(2, 4, 0)).toEqual([0, 0]);
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 64 }), (batch, leaves) => {
        let end = 0;
        for (let leaf = 0; leaf < leaves; leaf++) {
          const bounds = leafBounds(batch, leaves, leaf);
          expect(bounds[0]).toBe(end);
          end = bounds[1];
          expect([Math.floor(batch / leaves), Math.ceil(batch / leaves)]).toContain(
            end - bounds[0],
          );
        }
        expect(end).toBe(batch);
      }),
    );
  });
});
