import { createLogUpdate } from 'log-update';
import { liveLine } from '../progress/live-line.js';
import { isLive, sized, widthOf, writeTo } from '../terminal.js';
import { describeVariant } from './variant.js';
import type { Variant } from './variant.js';

/** Ten a second is as fast as a person reads. */
const redrawMilliseconds = 100;

/** Tells on stderr how far the runs are. */
export interface Progress {
  readonly begin: (variant: Variant) => void;
  readonly step: (step: number) => void;
  readonly note: (line: string) => void;
  readonly close: () => void;
}

/** One line that is redrawn in place on a terminal, else a line for each run. */
export function createProgress(runs: number, steps: number): Progress {
  const { stderr, env } = process;
  return isLive(stderr, env) ? createLive(stderr, runs, steps) : createPlain(runs);
}

function createPlain(runs: number): Progress {
  let run = 0;
  const note = (line: string): void => writeTo(process.stderr, `${line}\n`);
  return {
    begin(variant) {
      run += 1;
      note(`run ${run}/${runs}: ${describeVariant(variant)}`);
    },
    step: () => undefined,
    note,
    close: () => undefined,
  };
}

function createLive(stream: NodeJS.WriteStream, runs: number, steps: number): Progress {
  const live = createLogUpdate(sized(stream));
  let run = 0;
  let name = '';
  let drawn = 0;
  const draw = (step: number): void => {
    drawn = Date.now();
    const share = (run - 1 + step / steps) / runs;
    const parts = {
      epoch: `run ${run}/${runs}`,
      measures: [name],
      step: `step ${step}/${steps}`,
      rate: null,
      left: null,
    };
    live(liveLine(parts, share, widthOf(stream)));
  };
  return {
    begin(variant) {
      run += 1;
      name = describeVariant(variant);
      draw(0);
    },
    step(step) {
      if (Date.now() - drawn >= redrawMilliseconds) draw(step);
    },
    note(line) {
      live.clear();
      stream.write(`${line}\n`);
    },
    close() {
      live.clear();
      live.done();
    },
  };
}
