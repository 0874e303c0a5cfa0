import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { TrainOptions } from '@dltrain/runtime';
import { compare } from '../bench/compare.js';
import type { Result } from '../bench/compare.js';
import { drawScaling } from '../bench/draw-scaling.js';
import { measure, settingsOf } from '../bench/measure.js';
import type { Setting } from '../bench/measure.js';
import { asJson, asTable, haveEqualWeights } from '../bench/report.js';
import type { Circumstances } from '../bench/report.js';
import { traceEvents } from '../bench/trace-events.js';
import { prepareRun } from '../config/prepare.js';
import { handleStopSignals, signalExitCodes } from '../signals.js';
import type { StopSignal } from '../signals.js';
import { writeOut, writeTo } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { wholeNumber, wholeNumbers } from '../whole-numbers.js';
import { writeOutput } from '../write-output.js';
import { loadFromCommandLine } from './train.js';

export interface BenchFlags {
  readonly workers?: string;
  readonly batch?: string;
  readonly weak?: boolean;
  readonly steps: string;
  readonly rounds: string;
  readonly json?: boolean;
  readonly svg?: string;
  readonly trace?: string;
}

/** Steps that a trace shows: enough to see which of them are alike. */
const tracedSteps = 5;

/**
 * `dltrain bench config.yaml --workers 1,2`: the same stretch of training under several worker
 * counts and batch sizes, in rounds that take turns so that a busy machine slows all alike. As many
 * steps again go before the counted ones: V8 needs some 200 until it has compiled everything.
 *
 * @returns 1 when weights differ that must not; the code of a signal that ended it early
 * @throws what a run failed with, once what was measured before is written
 */
export async function bench(words: readonly string[], flags: BenchFlags): Promise<number> {
  const cores = availableParallelism();
  const workers = wholeNumbers('--workers', flags.workers ?? `1,${cores}`);
  const steps = wholeNumber('--steps', flags.steps);
  const rounds = wholeNumber('--rounds', flags.rounds);
  const asked = flags.batch === undefined ? null : wholeNumbers('--batch', flags.batch);
  for (const file of [flags.svg, flags.trace]) checkFolder(file);
  const loaded = loadFromCommandLine([...words, 'early_stopping=null'], undefined);
  const { options } = await prepareRun(loaded);
  const isWeak = flags.weak === true;
  const settings = settingsOf(asked ?? [options.trainer.batchSize], workers, isWeak);
  if (asked !== null || isWeak) checkBatches(settings, options);

  const interruption = new AbortController();
  const signals: StopSignal[] = [];
  const release = handleStopSignals(
    (signal) => {
      signals.push(signal);
      say('stopping; what was measured so far follows (once more to quit at once)');
      interruption.abort();
    },
    () => undefined,
  );
  const schedule = { rounds, steps, keepSteps: flags.trace === undefined ? 0 : tracedSteps };
  const { measured, failure } = await measure(options, settings, schedule, {
    signal: interruption.signal,
    onRun: (round, { workers: count, batchSize }) => {
      const threads = `${count} ${count === 1 ? 'worker' : 'workers'}`;
      say(`round ${round}/${rounds}, ${threads}, batch ${batchSize}`);
    },
  }).finally(release);
  const results = compare(measured, cores);
  const [signal] = signals;
  const isStopped = signal !== undefined || failure !== null;
  const mustAgree = options.parallel?.mode !== 'fast';
  const about = { isWeak, cores, steps, rounds, isStopped, mustAgree };
  if (results.length > 0) await report(results, about, flags);
  else if (flags.json === true && failure === null) await writeOut(asJson([], about));
  else say('nothing was measured to its end');
  if (failure !== null) throw failure;
  if (mustAgree && !haveEqualWeights(results)) return 1;
  return signal === undefined ? 0 : signalExitCodes[signal];
}

async function report(
  results: readonly Result[],
  about: Circumstances,
  flags: BenchFlags,
): Promise<void> {
  await writeOut(flags.json === true ? asJson(results, about) : asTable(results, about));
  if (flags.svg !== undefined) await writeOutput(flags.svg, drawScaling(results, about));
  if (flags.trace === undefined) return;
  const trace = { traceEvents: traceEvents(results), displayTimeUnit: 'ms' };
  await writeOutput(flags.trace, `${JSON.stringify(trace)}\n`);
}

/** What is known now should not be found out when all has been measured. */
function checkFolder(file: string | undefined): void {
  if (file === undefined || existsSync(dirname(resolve(file)))) return;
  throw new UsageError(`${file} cannot be written: its folder does not exist; give another path`);
}

/** A batch of more samples than there are would be measured as another one. */
function checkBatches(settings: readonly Setting[], { data }: TrainOptions): void {
  const largest = settings.reduce((a, b) => (b.batchSize > a.batchSize ? b : a));
  const { length } = data.train;
  if (largest.batchSize <= length) return;
  throw new UsageError(
    `a batch of ${largest.batchSize} for ${largest.workers} workers is more than the ${length} training samples; ` +
      'give smaller ones with --batch, or fewer --workers',
  );
}

function say(line: string): void {
  writeTo(process.stderr, `${line}\n`);
}
