import type { WeightsEvent } from '@dltrain/runtime';
import { prepareRun } from '../config/prepare.js';
import { handleStopSignals, signalExitCodes } from '../signals.js';
import type { StopSignal } from '../signals.js';
import { colorsFor, widthOf, writeOut } from '../terminal.js';
import { judge } from '../verify/judge.js';
import type { Outcome } from '../verify/judge.js';
import { findNodes } from '../verify/nodes.js';
import { createProgress } from '../verify/progress.js';
import { allAgree, asJson, asTable } from '../verify/report.js';
import { trainVariant } from '../verify/train-variant.js';
import { variantsOf } from '../verify/variant.js';
import { wholeNumber, wholeNumbers } from '../whole-numbers.js';
import { loadFromCommandLine } from './train.js';

export interface VerifyFlags {
  readonly workers: string;
  readonly steps: string;
  readonly kill?: boolean;
  readonly node?: readonly string[];
  readonly json?: boolean;
}

/**
 * `dltrain verify config.yaml`: the first steps of a run on every Node at hand, with several worker counts, left alone
 * and with a worker killed on the way. The weights after every step must be the same each time. It writes no run
 * directory.
 *
 * @returns 1 when weights differ or a run fails; the code of a signal that ended it early
 */
export async function verify(words: readonly string[], flags: VerifyFlags): Promise<number> {
  const workers = wholeNumbers('--workers', flags.workers);
  const steps = wholeNumber('--steps', flags.steps);
  const withKills = flags.kill === true;
  // What is wrong with the config is said once, and not by each of the runs.
  const { parallel } = (await prepareRun(loadFromCommandLine(words, undefined))).resolved;
  const nodes = await findNodes(flags.node ?? [], process.env);
  const variants = variantsOf(nodes, workers, withKills);

  const interruption = new AbortController();
  const signals: StopSignal[] = [];
  const progress = createProgress(variants.length, steps);
  const release = handleStopSignals(
    (signal) => {
      signals.push(signal);
      interruption.abort();
    },
    () => progress.close(),
  );
  const outcomes: Outcome[] = [];
  const held = new Map<string, WeightsEvent>();
  for (const variant of variants) {
    if (interruption.signal.aborted) break;
    progress.begin(variant);
    const planned = Math.min(steps, outcomes[0]?.start?.maxSteps ?? steps);
    const killAt = variant.isKilled ? Math.ceil(planned / 2) : null;
    const order = { words, steps, workers: variant.workers, killAt };
    const observe = { signal: interruption.signal, onStep: progress.step, held };
    const outcome = await trainVariant(variant, order, observe);
    if (outcome !== null) outcomes.push(outcome);
  }
  release();
  progress.close();

  const isFast = parallel.mode === 'fast';
  const about = { steps, runs: variants.length, withKills, isFast };
  const runs = judge(outcomes);
  const [signal] = signals;
  if (flags.json === true) {
    await writeOut(asJson(runs, about));
  } else if (runs.length > 0) {
    const { stdout, env } = process;
    const width = stdout.isTTY ? widthOf(stdout) : Infinity;
    await writeOut(asTable(runs, about, width, colorsFor(stdout, env)));
  } else {
    progress.note('nothing was trained to its end');
  }
  if (signal !== undefined) return signalExitCodes[signal];
  return allAgree(runs, about) ? 0 : 1;
}
