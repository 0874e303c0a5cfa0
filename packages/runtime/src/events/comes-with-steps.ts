import type { TrainEvent } from '../options.js';

const kinds: ReadonlySet<TrainEvent['event']> = new Set(['step', 'nonfinite', 'weights']);

/** Whether an event is of those that come with every step; all others are few, and always kept. */
export function comesWithSteps({ event }: TrainEvent): boolean {
  return kinds.has(event);
}
