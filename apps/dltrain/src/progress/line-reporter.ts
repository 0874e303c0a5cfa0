import type { Duration, StartEvent, TrainEvent } from '@dltrain/runtime';
import { bannerLines, progressParts, stepLine, validationLine } from './lines.js';
import { createPace } from './pace.js';
import { RecentSteps } from './recent-steps.js';
import type { Reporter } from './reporter.js';
import { statisticsLines } from './statistics-lines.js';

/** Plain lines: for a log file, a pipe, or a terminal that cannot move its cursor. */
export function createLineReporter(options: {
  readonly write: (line: string) => void;
  readonly every: Duration;
  readonly cores: number;
  readonly runDirectory: string;
}): Reporter {
  const { write, every, cores, runDirectory } = options;
  const recent = new RecentSteps();
  let start: StartEvent | null = null;
  let isDue: ReturnType<typeof createPace> | null = null;
  return {
    event(event: TrainEvent): void {
      switch (event.event) {
        case 'start':
          start = event;
          isDue = createPace(every, event.stepsPerEpoch);
          bannerLines(event, cores, runDirectory).forEach(write);
          return;
        case 'step':
          recent.addStep(event);
          if (start !== null && isDue?.(event) === true) {
            write(stepLine(progressParts(start, event, recent.read())));
          }
          return;
        case 'validation':
          recent.addValidation(event);
          write(validationLine(event));
          return;
        case 'statistics':
          statisticsLines(event).forEach(write);
          return;
        case 'end':
          return;
      }
    },
    note: write,
    close: () => undefined,
  };
}
