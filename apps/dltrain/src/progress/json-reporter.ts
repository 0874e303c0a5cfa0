import { eventLine } from '@dltrain/runtime';
import type { Duration, EndEvent, TrainEvent } from '@dltrain/runtime';
import { createPace } from './pace.js';
import type { Reporter } from './reporter.js';

/** One JSON object a line: what a program reads that started the run. */
export function createJsonReporter(options: {
  readonly write: (line: string) => void;
  readonly every: Duration;
}): Reporter {
  const { write, every } = options;
  let isDue: ReturnType<typeof createPace> | null = null;
  return {
    event(event: TrainEvent): void {
      if (event.event === 'start') isDue = createPace(every, event.stepsPerEpoch);
      if (event.event !== 'step' || isDue?.(event) === true) {
        write(eventLine(event));
      }
    },
    note: () => undefined,
    close: () => undefined,
  };
}

/** The last line of a run that came to its end. */
export function doneEvent(end: Omit<EndEvent, 'event'>, runDirectory: string) {
  return {
    event: 'done',
    metrics: end.metrics,
    weights_sha256: end.weightsSha256,
    samples_per_second: end.samplesPerSecond,
    run_dir: runDirectory,
  };
}
