import { describe, expect, it } from 'vitest';
import { RankError } from './errors.js';
import type { Loss } from './rank-handle.js';
import { RestartBudget } from './restart-budget.js';

const loss = (what: string, isThrown = false, step = 4, rank = 1): Loss => ({
  place: { rank, phase: 'forward', step, leaf: 0 },
  what,
  stack: 'at its line',
  isThrown,
  at: 0,
});

describe('RestartBudget', () => {
  it('waits longer each time that no step was committed since, and not after one that was', () => {
    const budget = new RestartBudget(100);
    const waits = [3, 3, 3, 3, 9, 9].map((steps) => budget.spend([loss('ended')], steps));
    expect(waits).toEqual([0, 100, 200, 400, 0, 100]);
    for (let i = 0; i < 10; i++) budget.spend([loss('ended')], 9);
    expect(budget.spend([loss('ended')], 9)).toBe(5000);
  });

  it('replaces so many ranks and no more', () => {
    const budget = new RestartBudget(3);
    budget.spend([loss('ended'), loss('ended', false, 4, 0)], 3);
    budget.spend([loss('ended')], 4);
    expect(budget.restarts).toBe(3);
    let thrown: unknown = null;
    try {
      budget.spend([loss('ended (code 7)')], 5);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RankError);
    const { message, restarts, rankStack } = thrown as RankError;
    expect(message).toBe(
      'rank 1 ended (code 7) in forward of step 4, leaf 0; 3 ranks were replaced before, and parallel.maxRestarts is 3',
    );
    expect({ restarts, rankStack }).toEqual({ restarts: 3, rankStack: 'at its line' });
  });

  it('does not try what was thrown at the same place before, by whichever rank', () => {
    const budget = new RestartBudget(100);
    budget.spend([loss('failed with X', true)], 3);
    expect(() => budget.spend([loss('failed with X', true, 4, 0)], 3)).toThrow(/not tried anew$/);
  });

  it('tries again what was thrown elsewhere, or not the last time, or is no throw', () => {
    const budget = new RestartBudget(100);
    for (const step of [4, 5, 4, 6]) budget.spend([loss('failed with X', true, step)], step);
    budget.spend([loss('failed with Y', true, 6)], 6);
    for (let i = 0; i < 3; i++) budget.spend([loss('has not answered')], 6);
    // At the same place, with steps committed in between.
    for (const steps of [7, 8]) budget.spend([loss('failed with Z', true, 0)], steps);
    // Two ranks that throw the same at once are no repetition.
    budget.spend([loss('failed with X', true), loss('failed with X', true, 4, 0)], 6);
    expect(budget.restarts).toBe(12);
  });
});
