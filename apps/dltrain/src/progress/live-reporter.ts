import type { StartEvent, StepEvent, TrainEvent } from '@dltrain/runtime';
import { createLogUpdate } from 'log-update';

import { bannerLines, folded, progressParts, survivalLine, validationLine } from './lines.js';
import type { Colors } from './lines.js';
import { LeftOutSteps } from './left-out-steps.js';
import { liveLine } from './live-line.js';
import { createPace } from './pace.js';
import { RecentSteps } from './recent-steps.js';
import type { Reporter } from './reporter.js';
import { statisticsLines } from './statistics-lines.js';
import { sized, widthOf } from '../terminal.js';

/** Ten a second is as fast as a person reads, and costs the run nothing. */
const redrawMilliseconds = 100;

/** How often lines that stay may tell how many steps were left out. */
const countSeconds = 10;

/** One line that is redrawn in place, under lines that stay. */
export function createLiveReporter(options: {
  readonly stream: NodeJS.WriteStream;
  readonly cores: number;
  readonly runDirectory: string;
  readonly colors: Colors;
}): Reporter {
  const { stream, cores, runDirectory, colors } = options;
  const live = createLogUpdate(sized(stream));
  const recent = new RecentSteps();
  const leftOut = new LeftOutSteps();
  let isCountDue: ReturnType<typeof createPace> | null = null;
  let start: StartEvent | null = null;
  let step: StepEvent | null = null;
  let drawn = -Infinity;
  const draw = (): void => {
    if (start === null || step === null) return;
    drawn = Date.now();
    const parts = progressParts(start, step, recent.read());
    live(liveLine(parts, step.step / start.maxSteps, widthOf(stream)));
  };
  const keep = (line: string): void => {
    live.clear();
    stream.write(`${line}\n`);
    draw();
  };
  const keepLeftOut = (): void => {
    const line = leftOut.take();
    if (line !== null) keep(colors.yellow(line));
  };
  return {
    event(event: TrainEvent): void {
      recent.add(event);
      switch (event.event) {
        case 'start': {
          start = event;
          isCountDue = createPace({ seconds: countSeconds }, event.stepsPerEpoch);
          const [title = '', ...lines] = bannerLines(event, cores, runDirectory);
          stream.write([title, ...lines.map((line) => colors.dim(line))].join('\n') + '\n');
          return;
        }
        case 'step':
          step = event;
          if (isCountDue?.(event) === true) keepLeftOut();
          if (Date.now() - drawn >= redrawMilliseconds) draw();
          return;
        case 'validation':
          keep(folded(validationLine(event), widthOf(stream)));
          return;
        case 'statistics':
          keep(statisticsLines(event).join('\n'));
          return;
        case 'nonfinite':
          if (leftOut.add()) keep(survivalLine(event, colors));
          return;
        case 'end':
          keepLeftOut();
          return;
        case 'weights':
          return;
        default:
          keep(survivalLine(event, colors));
      }
    },
    note: keep,
    close(): void {
      live.clear();
      live.done();
    },
  };
}
