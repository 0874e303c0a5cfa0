import { ValueError } from '@dltrain/core';
import { power } from '../optimizers/power.js';
import { withWarmup, type Schedule } from './schedule.js';

export interface StepOptions {
  /** Steps between two decreases. */
  readonly stepSize: number;
  /** Factor of each decrease; 0.1 by default. */
  readonly gamma?: number;
  /** Steps of linear warm-up; 0 by default. */
  readonly warmup?: number;
}

/**
 * Times `gamma` every `stepSize` steps, counted from the start of the run: at step t the factor is
 * gamma^floor(t / stepSize).
 *
 * @throws ValueError when `stepSize` is not a whole number of one or more
 */
export function stepSchedule({ stepSize, gamma = 0.1, warmup = 0 }: StepOptions): Schedule {
  if (!Number.isSafeInteger(stepSize) || stepSize < 1) {
    throw new ValueError(`stepSchedule: stepSize is ${stepSize}; it must be 1 or more, and whole`);
  }
  return withWarmup((step) => power(gamma, Math.floor(step / stepSize)), warmup);
}
