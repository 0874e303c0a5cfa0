import type { Duration, EndEvent, TrainEvent } from '@dltrain/runtime';
import { snakeKeys } from '../config/names.js';
import { createPace } from './pace.js';
import type { Reporter } from './reporter.js';

/** One JSON object a line: what a program reads that started the run. */
export function createJsonReporter(options: {
  readonly write: (line: string) => void;
  readonly every: Duration;
  readonly runDirectory: string | null;
}): Reporter {
  const { write, every, runDirectory } = options;
  let isDue: ReturnType<typeof createPace> | null = null;
  return {
    event(event: TrainEvent): void {
      if (event.event === 'start') {
        isDue = createPace(every, event.stepsPerEpoch);
        write(line({ ...event, runDir: runDirectory }));
      } else if (event.event !== 'step' || isDue?.(event) === true) {
        write(line(event));
      }
    },
    note: () => undefined,
    close: () => undefined,
  };
}

function line(event: object): string {
  return JSON.stringify(snakeKeys(event));
}

/** The last line of a run that came to its end. */
export function doneEvent(end: Omit<EndEvent, 'event'>, runDirectory: string | null) {
  return {
    event: 'done',
    metrics: end.metrics,
    weights_sha256: end.weightsSha256,
    samples_per_second: end.samplesPerSecond,
    run_dir: runDirectory,
  };
}
