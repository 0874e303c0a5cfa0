import { engine } from '@dltrain/core';
import { withWarmup, type Schedule } from './schedule.js';

export interface CosineOptions {
  /** Where the factor ends, as a share of the optimizer's learning rate; 0 by default. */
  readonly minFactor?: number;
  /** Steps of linear warm-up, after which the cosine begins; 0 by default. */
  readonly warmup?: number;
}

/**
 * Half a cosine from 1 down to `minFactor` over the steps after warm-up: at step t of T the factor
 * is minFactor + (1 - minFactor) (1 + cos(pi t / T)) / 2. The cosine is a kernel's, not the host's,
 * so the bits are the same on every engine.
 */
export function cosineSchedule({ minFactor = 0, warmup = 0 }: CosineOptions = {}): Schedule {
  const decay: Schedule = (step, totalSteps) => {
    if (step < warmup) return 1;
    if (step >= totalSteps) return minFactor;
    const cosine = engine().kernel('cos1')((Math.PI * (step - warmup)) / (totalSteps - warmup));
    return minFactor + ((1 - minFactor) * (1 + cosine)) / 2;
  };
  return withWarmup(decay, warmup);
}
