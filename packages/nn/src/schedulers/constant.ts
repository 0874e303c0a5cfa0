import { withWarmup, type Schedule } from './schedule.js';

export interface ConstantOptions {
  /** Steps of linear warm-up; 0 by default. */
  readonly warmup?: number;
}

/** The learning rate as it is, after warm-up. */
export function constantSchedule({ warmup = 0 }: ConstantOptions = {}): Schedule {
  return withWarmup(() => 1, warmup);
}
