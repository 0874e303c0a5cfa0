import { availableParallelism } from 'node:os';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { DltrainError } from '@dltrain/core';
import {
  leafCount,
  metricsFileName,
  RankError,
  startThreadsAhead,
  train as startTraining,
  workerCount,
} from '@dltrain/runtime';
import type { StartEvent, TrainOptions } from '@dltrain/runtime';
import { durationOf } from '../config/duration.js';
import { loadConfig } from '../config/load.js';
import type { LoadedConfig } from '../config/load.js';
import { atItsPlace, prepareRun, resolveFiles, withLeaves } from '../config/prepare.js';
import { printConfig } from '../config/print.js';
import { describeEnvironment } from '../environment-record.js';
import { createJsonReporter, doneEvent } from '../progress/json-reporter.js';
import { createLineReporter } from '../progress/line-reporter.js';
import { summaryLines } from '../progress/lines.js';
import { RecentSteps } from '../progress/recent-steps.js';
import type { Reporter } from '../progress/reporter.js';
import { stackLines } from '../progress/stack-lines.js';
import {
  checkRunDirectory,
  makeRunDirectory,
  removeRunDirectory,
  resolvedConfigName,
  writeRunFile,
} from '../run-directory.js';
import { handleStopSignals, signalExitCodes } from '../signals.js';
import type { StopSignal } from '../signals.js';
import { colorsFor, isLive, writeTo } from '../terminal.js';
import { splitWords } from '../words.js';

export interface TrainFlags {
  readonly json?: boolean;
  readonly workers?: string;
  readonly runDir?: string;
  readonly printConfig?: boolean;
  readonly quiet?: boolean;
}

/** `dltrain [train] config.yaml [key=value ...]`. */
export async function train(words: readonly string[], flags: TrainFlags): Promise<number> {
  const loaded = loadFromCommandLine(words, flags.workers);
  if (flags.printConfig === true) {
    const { resolved } = resolveFiles(loaded);
    writeTo(process.stdout, printConfig(withLeaves(resolved), loaded.originOf));
    return 0;
  }
  if (flags.runDir !== undefined) checkRunDirectory(flags.runDir);
  startThreadsAhead(workersOf(loaded));
  const { options, resolved } = await prepareRun(loaded);
  const runDirectory = resolve(
    makeRunDirectory({
      asked: flags.runDir,
      outputDirectory: resolve(resolved.output_dir),
      name: resolved.name,
      now: new Date(),
    }),
  );
  writeRunFile(runDirectory, 'config.yaml', loaded.text);
  writeRunFile(
    runDirectory,
    resolvedConfigName,
    printConfig(withLeaves(resolved), loaded.originOf),
  );
  return follow(loaded, { ...options, runDir: runDirectory }, runDirectory, flags);
}

function workersOf({ config: { trainer, parallel } }: LoadedConfig): number {
  const { shards, workers } = parallel;
  const ofBatch = shards === 'auto' ? leafCount(trainer.batch_size, shards) : shards;
  return workerCount(workers, ofBatch * trainer.accumulate_grad_batches);
}

/** The config that a command line names, with its overrides. */
export function loadFromCommandLine(
  words: readonly string[],
  workers: string | undefined,
): LoadedConfig {
  const { file, overrides } = splitWords(words);
  if (workers !== undefined) overrides.push(`parallel.workers=${workers}`);
  return loadConfig(file, { overrides, environment: process.env });
}

async function follow(
  loaded: LoadedConfig,
  options: TrainOptions,
  runDirectory: string,
  flags: TrainFlags,
): Promise<number> {
  const log = openSync(join(runDirectory, 'train.log'), 'wx');
  const writeLog = (line: string): void => void writeSync(log, `${line}\n`);
  const reporters = await reportersFor(loaded, runDirectory, flags, writeLog);
  const close = (): void => reporters.forEach((reporter) => reporter.close());
  const signals: StopSignal[] = [];
  const recent = new RecentSteps();
  let begun = false;
  const run = startTraining(options);
  const release = handleStopSignals((signal) => {
    signals.push(signal);
    const text = 'stopping after this step; the weights will be saved (once more to quit at once)';
    reporters.forEach((reporter) => reporter.note(text));
    run.stop();
  }, close);
  try {
    for await (const event of run) {
      if (event.event === 'start') {
        begun = true;
        writeEnvironment(runDirectory, event);
      }
      if (event.event === 'step') recent.addStep(event);
      reporters.forEach((reporter) => reporter.event(event));
    }
    const result = await run.result;
    close();
    const shown = relative('', runDirectory);
    const summary = summaryLines(loaded.config.name, result, recent.read(), shown);
    summary.forEach(writeLog);
    if (flags.json === true) writeText(JSON.stringify(doneEvent(result, runDirectory)));
    else printSummary(summary);
    const [signal] = signals;
    return signal === undefined ? 0 : signalExitCodes[signal];
  } catch (error) {
    close();
    if (!begun) {
      removeRunDirectory(runDirectory);
      throw atItsPlace(loaded, error);
    }
    reportFailure(error, runDirectory, flags, writeLog);
    return 1;
  } finally {
    release();
    closeSync(log);
    const { logging } = loaded.config;
    // The runtime keeps both logs; this one is for people and scripts, if they want it.
    if (!logging.to.includes('jsonl')) rmSync(join(runDirectory, metricsFileName), { force: true });
  }
}

async function reportersFor(
  loaded: LoadedConfig,
  runDirectory: string,
  flags: TrainFlags,
  writeLog: (line: string) => void,
): Promise<Reporter[]> {
  const { logging } = loaded.config;
  const every = durationOf(logging.every);
  const cores = availableParallelism();
  const shown = relative('', runDirectory);
  const reporters = [createLineReporter({ write: writeLog, every, cores, runDirectory: shown })];
  if (flags.json === true) reporters.push(createJsonReporter({ write: writeText, every }));
  const { stderr, stdout, env } = process;
  const write = (line: string): void => writeTo(stderr, `${line}\n`);
  // On one terminal, lines of JSON and a line that is redrawn would destroy each other.
  const isCrowded = flags.json === true && stdout.isTTY;
  if (flags.quiet === true || isCrowded || !logging.to.includes('console')) {
    reporters.push({ event: () => undefined, note: write, close: () => undefined });
  } else if (isLive(stderr, env)) {
    const { dim } = colorsFor(stderr, env);
    const { createLiveReporter } = await import('../progress/live-reporter.js');
    reporters.push(createLiveReporter({ stream: stderr, cores, runDirectory: shown, dim }));
  } else {
    reporters.push(createLineReporter({ write, every, cores, runDirectory: shown }));
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
  flags: TrainFlags,
  writeLog: (line: string) => void,
): void {
  const known = error instanceof DltrainError;
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  const rankStack = error instanceof RankError ? error.rankStack : null;
  writeLog(rankStack ?? stack);
  if (flags.json === true)
    writeText(JSON.stringify({ event: 'failed', message, run_dir: runDirectory }));
  const { red, dim } = colorsFor(process.stderr, process.env);
  const told = [`${red('training failed')}: ${known ? message : stack}`];
  if (rankStack !== null) told.push(...stackLines(rankStack, message).map(dim));
  told.push(`the log is in ${relative('', runDirectory)}`);
  writeTo(process.stderr, `${told.join('\n')}\n`);
}

function writeEnvironment(runDirectory: string, start: StartEvent): void {
  const record = describeEnvironment({ variant: start.variant, workers: start.workers });
  writeRunFile(runDirectory, 'env.json', `${JSON.stringify(record, null, 2)}\n`);
}

function writeText(line: string): void {
  writeTo(process.stdout, `${line}\n`);
}
