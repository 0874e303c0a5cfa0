import { availableParallelism } from 'node:os';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { StartEvent, TrainOptions, TrainResult } from '@dltrain/runtime';
import { durationOf } from '../config/duration.js';
import { loadConfig } from '../config/load.js';
import type { LoadedConfig } from '../config/load.js';
import { atItsPlace, prepareRun, resolveFiles, withLeaves } from '../config/prepare.js';
import { printConfig } from '../config/print.js';
import { describeEnvironment } from '../environment-record.js';
import { createJsonReporter, doneEvent } from '../progress/json-reporter.js';
import { createLineReporter } from '../progress/line-reporter.js';
import { summaryLines } from '../progress/lines.js';
import { createLiveReporter } from '../progress/live-reporter.js';
import type { Reporter } from '../progress/reporter.js';
import {
  checkRunDirectory,
  makeRunDirectory,
  removeRunDirectory,
  writeRunFile,
} from '../run-directory.js';
import { handleStopSignals, signalExitCodes } from '../signals.js';
import type { StopSignal } from '../signals.js';
import { colorsFor, isLive } from '../terminal.js';
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
    const { resolved } = await resolveFiles(loaded);
    process.stdout.write(printConfig(await withLeaves(resolved), loaded.originOf));
    return 0;
  }
  if (flags.runDir !== undefined) checkRunDirectory(flags.runDir);
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
    'config.resolved.yaml',
    printConfig(await withLeaves(resolved), loaded.originOf),
  );
  return follow(loaded, { ...options, runDir: runDirectory }, runDirectory, flags);
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
  const { train: startTraining } = await import('@dltrain/runtime');
  const log = openSync(join(runDirectory, 'train.log'), 'wx');
  const reporters = reportersFor(loaded, runDirectory, flags, (line) =>
    writeSync(log, `${line}\n`),
  );
  const tell = (text: string): void => reporters.forEach((reporter) => reporter.note(text));
  const close = (): void => reporters.forEach((reporter) => reporter.close());
  let signal: StopSignal | null = null;
  let begun = false;
  const run = startTraining(options);
  const release = handleStopSignals((received) => {
    signal = received;
    tell('stopping after this step; the weights will be saved (once more to quit at once)');
    run.stop();
  }, close);
  try {
    for await (const event of run) {
      if (event.event === 'start') {
        begun = true;
        writeEnvironment(runDirectory, event);
      }
      reporters.forEach((reporter) => reporter.event(event));
    }
    const result = await run.result;
    close();
    report(loaded, result, runDirectory, flags, (line) => writeSync(log, `${line}\n`));
    return signal === null ? 0 : signalExitCodes[signal];
  } catch (error) {
    close();
    if (!begun) {
      removeRunDirectory(runDirectory);
      throw atItsPlace(loaded, error);
    }
    writeSync(log, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    if (flags.json === true) {
      const message = error instanceof Error ? error.message : String(error);
      writeLine({ event: 'failed', message, run_dir: runDirectory });
    }
    throw error;
  } finally {
    release();
    closeSync(log);
  }
}

function reportersFor(
  loaded: LoadedConfig,
  runDirectory: string,
  flags: TrainFlags,
  writeLog: (line: string) => void,
): Reporter[] {
  const { logging } = loaded.config;
  const every = durationOf(logging.every);
  const cores = availableParallelism();
  const shown = relative('', runDirectory);
  const reporters = [createLineReporter({ write: writeLog, every, cores, runDirectory: shown })];
  if (flags.json === true)
    reporters.push(createJsonReporter({ write: writeText, every, runDirectory }));
  const { stderr, stdout, env } = process;
  // On one terminal, lines of JSON and a line that is redrawn would destroy each other.
  const crowded = flags.json === true && stdout.isTTY;
  if (flags.quiet === true || crowded || !logging.to.includes('console')) return reporters;
  if (isLive(stderr, env)) {
    const { dim } = colorsFor(stderr, env);
    reporters.push(createLiveReporter({ stream: stderr, cores, runDirectory: shown, dim }));
  } else {
    const write = (line: string): void => void stderr.write(`${line}\n`);
    reporters.push(createLineReporter({ write, every, cores, runDirectory: shown }));
  }
  return reporters;
}

function report(
  loaded: LoadedConfig,
  result: TrainResult,
  runDirectory: string,
  flags: TrainFlags,
  writeLog: (line: string) => void,
): void {
  const end = { ...result, event: 'end' as const };
  const lines = summaryLines(loaded.config.name, end, relative('', runDirectory));
  lines.forEach(writeLog);
  if (flags.json === true) {
    writeLine(doneEvent(result, runDirectory));
    return;
  }
  const { bold } = colorsFor(process.stdout, process.env);
  process.stdout.write(`${[bold(lines[0] ?? ''), ...lines.slice(1)].join('\n')}\n`);
}

function writeEnvironment(runDirectory: string, start: StartEvent): void {
  const record = describeEnvironment({ variant: start.variant, workers: start.workers });
  writeRunFile(runDirectory, 'env.json', `${JSON.stringify(record, null, 2)}\n`);
}

function writeLine(value: object): void {
  writeText(JSON.stringify(value));
}

function writeText(line: string): void {
  process.stdout.write(`${line}\n`);
}
