import type { Duration, StepEvent } from '@dltrain/runtime';

/** Says for each step whether a line is due: the first step, then every so many batches, epochs or seconds. */
export function createPace(every: Duration, stepsPerEpoch: number): (event: StepEvent) => boolean {
  if ('seconds' in every) {
    let next = 0;
    return ({ elapsedMs }) => {
      if (elapsedMs < next) return false;
      next = elapsedMs + every.seconds * 1000;
      return true;
    };
  }
  const steps = 'batches' in every ? every.batches : every.epochs * stepsPerEpoch;
  return ({ step }) => step % steps === 0;
}
