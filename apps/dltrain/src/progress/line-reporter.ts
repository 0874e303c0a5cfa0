import type { Duration, StartEvent, TrainEvent } from '@dltrain/runtime';
import {
  bannerLines,
  plain,
  progressParts,
  stepLine,
  survivalLine,
  validationLine,
} from './lines.js';
import type { Colors } from './lines.js';
import { LeftOutSteps } from './left-out-steps.js';
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
  readonly colors?: Colors;
}): Reporter {
  const { write, every, cores, runDirectory, colors = plain } = options;
  const recent = new RecentSteps();
  const leftOut = new LeftOutSteps();
  const tellLeftOut = (): void => {
    const line = leftOut.take();
    if (line !== null) write(colors.yellow(line));
  };
  let start: StartEvent | null = null;
  let isDue: ReturnType<typeof createPace> | null = null;
  return {
    event(event: TrainEvent): void {
      recent.add(event);
      switch (event.event) {
        case 'start':
          start = event;
          isDue = createPace(every, event.stepsPerEpoch);
          bannerLines(event, cores, runDirectory).forEach(write);
          return;
        case 'step':
          if (start !== null && isDue?.(event) === true) {
            write(stepLine(progressParts(start, event, recent.read())));
            tellLeftOut();
          }
          return;
        case 'validation':
          write(validationLine(event));
          return;
        case 'statistics':
          statisticsLines(event).forEach(write);
          return;
        case 'nonfinite':
          if (leftOut.add()) write(survivalLine(event, colors));
          return;
        case 'end':
          tellLeftOut();
          return;
        case 'weights':
          return;
        default:
          write(survivalLine(event, colors));
      }
    },
    note: write,
    close: () => undefined,
  };
}
