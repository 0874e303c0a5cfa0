import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { metricsFileName, RankError, train as startTraining } from '@dltrain/runtime';
import type { StartEvent, TrainingRun, TrainOptions } from '@dltrain/runtime';
import { durationOf } from './config/duration.js';
import type { LoadedConfig } from './config/load.js';
import { describeEnvironment } from './environment-record.js';
import { describeFailure, wouldFailAgain } from './failure.js';
import { createJsonReporter, doneEvent } from './progress/json-reporter.js';
import { createLineReporter } from './progress/line-reporter.js';
import { summaryLines } from './progress/lines.js';
import { RecentSteps } from './progress/recent-steps.js';
import type { Reporter } from './progress/reporter.js';
import { stackLines } from './progress/stack-lines.js';
import { freeName, writeRunFile, writingTo } from './run-directory.js';
import { leftCheckpoint } from './run-history.js';
import { RunLog } from './run-log.js';
import { handleStopSignals, signalExitCodes } from './signals.js';
import type { StopSignal } from './signals.js';
import { colorsFor, isLive, writeTo } from './terminal.js';

/** A run that is about to start in its directory. */
export interface FollowedRun {
  readonly loaded: LoadedConfig;
  readonly options: TrainOptions;
  readonly runDirectory: string;
  /** What to type to go on with the run, once it has a checkpoint: as it is, or once it was changed. */
  readonly goOn: (how: { readonly isChanged: boolean }) => string;
}

/** What is to be done with a run that ended before its first event. */
export interface NeverBegan {
  /** Takes back what was prepared on the disk. */
  clear(): void;
  /** What an error says to whoever wrote the config. */
  explain(error: unknown): unknown;
}

interface FollowFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * Trains, reports what happens, and tells the exit code. A signal stops the run after its step.
 *
 * @throws what `neverBegan` makes of an error before the run began, once nothing of it is open
 */
export async function followRun(
  followed: FollowedRun,
  flags: FollowFlags,
  neverBegan: NeverBegan,
): Promise<number> {
  const { loaded, options, runDirectory } = followed;
  const reporters: Reporter[] = [];
  const note = (text: string): void => reporters.forEach((reporter) => reporter.note(text));
  const close = (): void => reporters.forEach((reporter) => reporter.close());
  const log = await writingTo(runDirectory, () => new RunLog(runDirectory, note));
  reporters.push(...(await reportersFor(followed, flags, log)));
  const progress: Progress = { begun: false, recent: new RecentSteps() };
  const signals: StopSignal[] = [];
  const run = startTraining(options);
  const release = handleStopSignals((signal) => {
    signals.push(signal);
    const when = progress.begun
      ? 'after this step; the weights will be saved'
      : 'before the first step';
    note(`stopping ${when} (once more to quit at once)`);
    run.stop();
  }, close);
  try {
    await passOn(run, followed, reporters, progress);
    const result = await run.result;
    close();
    const [signal] = signals;
    if (!progress.begun && signal !== undefined) {
      log.close();
      neverBegan.clear();
      if (flags.quiet !== true) writeTo(process.stderr, 'stopped before its first step\n');
      return signalExitCodes[signal];
    }
    const shown = relative('', runDirectory) || '.';
    const summary = summaryLines(loaded.config.name, result, progress.recent.read(), shown);
    summary.forEach((line) => log.write(line));
    if (flags.json === true) writeText(JSON.stringify(doneEvent(result, runDirectory)));
    else printSummary(summary);
    if (result.reason === 'stopped') await tellHowToGoOn(followed, null);
    else removeUnwanted(followed);
    return signal === undefined ? 0 : signalExitCodes[signal];
  } catch (error) {
    close();
    if (!progress.begun) {
      log.close();
      neverBegan.clear();
      throw neverBegan.explain(error);
    }
    reportFailure(error, runDirectory, flags, log);
    await tellHowToGoOn(followed, error);
    return 1;
  } finally {
    release();
    log.close();
  }
}

interface Progress {
  /** Whether the run came as far as its first event. */
  begun: boolean;
  readonly recent: RecentSteps;
}

async function passOn(
  run: TrainingRun,
  { runDirectory }: FollowedRun,
  reporters: readonly Reporter[],
  progress: Progress,
): Promise<void> {
  for await (const event of run) {
    progress.recent.add(event);
    reporters.forEach((reporter) => reporter.event(event));
    if (event.event !== 'start') continue;
    progress.begun = true;
    try {
      writeEnvironment(runDirectory, event);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const text = `what the run is made with cannot be written down (${reason}); it goes on`;
      reporters.forEach((reporter) => reporter.note(text));
    }
  }
}

/** The reporters that a config and flags ask for; the first writes `train.log`. */
async function reportersFor(
  { loaded, runDirectory }: FollowedRun,
  flags: FollowFlags,
  log: RunLog,
): Promise<Reporter[]> {
  const { logging } = loaded.config;
  const every = durationOf(logging.every);
  const shown = relative('', runDirectory) || '.';
  const cores = availableParallelism();
  const { stderr, stdout, env } = process;
  const reporters: Reporter[] = [
    createLineReporter({ write: (line) => log.write(line), every, cores, runDirectory: shown }),
  ];
  if (flags.json === true) reporters.push(createJsonReporter({ write: writeText, every }));
  const write = (line: string): void => writeTo(stderr, `${line}\n`);
  // On one terminal, lines of JSON and a line that is redrawn would destroy each other.
  const isCrowded = flags.json === true && stdout.isTTY;
  if (flags.quiet === true || isCrowded || !logging.to.includes('console')) {
    reporters.push({ event: () => undefined, note: write, close: () => undefined });
    return reporters;
  }
  const colors = colorsFor(stderr, env);
  if (isLive(stderr, env)) {
    const { createLiveReporter } = await import('./progress/live-reporter.js');
    reporters.push(createLiveReporter({ stream: stderr, cores, runDirectory: shown, colors }));
  } else {
    reporters.push(createLineReporter({ write, every, cores, runDirectory: shown, colors }));
  }
  return reporters;
}

function printSummary([title = '', ...lines]: readonly string[]): void {
  const { bold } = colorsFor(process.stdout, process.env);
  writeText([bold(title), ...lines].join('\n'));
}

/** Says why a run ended that had begun; the run directory keeps what it has. */
function reportFailure(
  error: unknown,
  runDirectory: string,
  flags: FollowFlags,
  log: RunLog,
): void {
  const { message, told: reason, stack } = describeFailure(error);
  const rankStack = error instanceof RankError ? error.rankStack : null;
  log.write(rankStack ?? stack);
  if (flags.json === true)
    writeText(JSON.stringify({ event: 'failed', message, run_dir: runDirectory }));
  const { red, dim } = colorsFor(process.stderr, process.env);
  const told = [`${red('training failed')}: ${reason}`];
  if (rankStack !== null) told.push(...stackLines(rankStack, message).map(dim));
  told.push(`the log is in ${relative('', runDirectory) || '.'}`);
  writeTo(process.stderr, `${told.join('\n')}\n`);
}

/** What a run that did not come to its end can be taken up with, if it left a checkpoint. */
async function tellHowToGoOn({ runDirectory, goOn }: FollowedRun, failure: unknown): Promise<void> {
  if (!(await leftCheckpoint(runDirectory))) return;
  const { cyan } = colorsFor(process.stderr, process.env);
  const isChanged = wouldFailAgain(failure);
  const how = isChanged
    ? 'as it is, the run would fail in that step again; once its config or its modules are changed, ' +
      'begin with the weights of its last checkpoint'
    : 'go on with';
  writeTo(process.stderr, `${how}: ${cyan(goOn({ isChanged }))}\n`);
}

/**
 * The runtime keeps both logs; metrics.jsonl is for people and scripts, if they want it. A run that may be
 * gone on with keeps its logs as its checkpoints know them.
 */
function removeUnwanted({ loaded, runDirectory }: FollowedRun): void {
  if (loaded.config.logging.to.includes('jsonl')) return;
  rmSync(join(runDirectory, metricsFileName), { force: true });
}

/** What each start of a run was made with: `env.json`, and after being taken up `env-2.json` and so on. */
function writeEnvironment(runDirectory: string, start: StartEvent): void {
  const record = describeEnvironment({ variant: start.variant, workers: start.workers });
  const name = freeName(runDirectory, (n) => (n === 1 ? 'env.json' : `env-${n}.json`));
  writeRunFile(runDirectory, name, `${JSON.stringify(record, null, 2)}\n`);
}

function writeText(line: string): void {
  writeTo(process.stdout, `${line}\n`);
}
