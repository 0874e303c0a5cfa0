import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import {
  IdentityError,
  leafCount,
  ResumeError,
  startThreadsAhead,
  weightsFileName,
  workerCount,
} from '@dltrain/runtime';
import type { TrainOptions } from '@dltrain/runtime';
import { atResume, planBeginning } from '../beginning.js';
import type { Beginning } from '../beginning.js';
import { isOverride } from '../config/overrides.js';
import { loadConfig } from '../config/load.js';
import type { LoadedConfig } from '../config/load.js';
import { atItsPlace, prepareRun, resolveFiles, withLeaves } from '../config/prepare.js';
import type { PreparedRun } from '../config/prepare.js';
import { printConfig } from '../config/print.js';
import { isFile } from '../file-kind.js';
import { followRun } from '../follow-run.js';
import type { FollowedRun } from '../follow-run.js';
import { goOnCommand } from '../go-on-command.js';
import { doneEvent } from '../progress/json-reporter.js';
import { summaryLines } from '../progress/lines.js';
import { RecentSteps } from '../progress/recent-steps.js';
import {
  checkIsRun,
  checkRunDirectory,
  clearRunDirectory,
  makeRunDirectory,
  putAside,
  resolvedConfigName,
  writeRunFile,
  writingTo,
} from '../run-directory.js';
import { RunLock } from '../run-lock.js';
import { checkFinalWeights } from '../run-weights.js';
import { superviseTraining } from '../supervise-training.js';
import { writeTo } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { splitWords } from '../words.js';

export interface TrainFlags {
  readonly json?: boolean;
  readonly workers?: string;
  readonly runDir?: string;
  /** True where no run is named. */
  readonly resume?: string | true;
  readonly force?: boolean;
  readonly supervise?: boolean;
  /** In the process that is under supervision. */
  readonly supervised?: boolean;
  readonly printConfig?: boolean;
  readonly quiet?: boolean;
}

/** `dltrain [train] config.yaml [key=value ...]`. */
export async function train(given: readonly string[], flags: TrainFlags): Promise<number> {
  const words = withResume(given, flags.resume);
  const loaded = loadFromCommandLine(words, flags.workers);
  if (flags.printConfig === true) {
    const { resolved } = resolveFiles(loaded);
    writeTo(process.stdout, printConfig(withLeaves(resolved), loaded.originOf));
    return 0;
  }
  const beginning = await planBeginning(loaded, flags.runDir);
  if (beginning.kind === 'ended') return await tellOfEnd(loaded, beginning, flags);
  if (flags.supervise === true) {
    tellNote(beginning.note, flags);
    return superviseTraining(loaded, words, flags, beginning);
  }
  tellNote(idleWorkersNote(loaded), flags);
  startThreadsAhead(workersOf(loaded));
  const prepared = await prepareRun(loaded);
  const begin = (from: Start): Promise<number> => conduct(loaded, prepared, words, flags, from);
  try {
    return await begin(startOf(beginning, flags.runDir));
  } catch (error) {
    if (!(error instanceof ResumeError) || beginning.kind === 'new') throw error;
    if (!(error instanceof IdentityError)) throw atResume(loaded, error);
    if (flags.force !== true) {
      const remedy =
        'give the config of that run, and its modules as they were, or --force for a new run with its weights alone';
      throw atResume(loaded, error, remedy);
    }
    const { checkpoint } = error;
    const shown = relative('', checkpoint);
    const note = `the config is another one than that of ${shown}: a new run begins with its weights alone`;
    const directory = beginning.kind === 'branch' ? flags.runDir : undefined;
    return await begin({ directory, initFrom: join(checkpoint, weightsFileName), note });
  }
}

/** Says what was chosen for who did not say it. */
function tellNote(note: string | null, { quiet }: TrainFlags): void {
  if (note !== null && quiet !== true) writeTo(process.stderr, `${note}\n`);
}

/** The leaves of a step, each of which one worker computes. */
function leavesOf({ config: { trainer, parallel } }: LoadedConfig): number {
  const { shards } = parallel;
  const ofBatch = shards === 'auto' ? leafCount(trainer.batch_size, shards) : shards;
  return ofBatch * trainer.accumulate_grad_batches;
}

function workersOf(loaded: LoadedConfig): number {
  return workerCount(loaded.config.parallel.workers, leavesOf(loaded));
}

/** What to say of more workers than there is work for; null where there are not. */
export function idleWorkersNote(loaded: LoadedConfig): string | null {
  const leaves = leavesOf(loaded);
  const workers = workersOf(loaded);
  if (workers <= leaves) return null;
  const of = leaves === 1 ? '1 leaf' : `${leaves} leaves`;
  return `${workers} workers for ${of}: ${workers - leaves} would have nothing to do; at most ${leaves} help with this batch`;
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

/**
 * The words with what `--resume` says as an override. A config or an override behind `--resume` is no
 * run to go on with, though it stands where one may; and without a config, that of the run is meant.
 */
function withResume(words: readonly string[], resume: string | true | undefined): string[] {
  if (resume === undefined) return [...words];
  if (resume === true) return [...words, 'resume=auto'];
  if (isFile(resume) || (isOverride(resume) && !existsSync(resume))) {
    return [...words, resume, 'resume=auto'];
  }
  const config = join(resume, resolvedConfigName);
  const hasConfig = words.some((word) => !isOverride(word) || existsSync(word));
  if (!hasConfig && resume !== 'auto' && !existsSync(config)) {
    checkIsRun(resume);
    throw new UsageError(
      `${resume} has no ${resolvedConfigName}; name the config as well: dltrain config.yaml --resume ${resume}`,
    );
  }
  const file = hasConfig || resume === 'auto' ? [] : [config];
  // In quotes, a path is not taken for other YAML.
  return [...words, ...file, `resume=${JSON.stringify(resume)}`];
}

/** What a run is started from, and where it goes; `directory` undefined for one named by the time. */
type Start = { readonly note: string | null } & (
  | { readonly inPlace: string }
  | {
      readonly directory: string | undefined;
      readonly leftBehind?: boolean;
      readonly branchOf?: string;
      readonly initFrom?: string;
    }
);

function startOf(
  beginning: Exclude<Beginning, { kind: 'ended' }>,
  asked: string | undefined,
): Start {
  const { note } = beginning;
  switch (beginning.kind) {
    case 'continue':
      return { inPlace: beginning.runDirectory, note };
    case 'branch':
      return { directory: asked, branchOf: beginning.from, note };
    case 'new':
      return { directory: asked, leftBehind: beginning.leftBehind, note };
  }
}

/** Carries out a run in a directory that is locked meanwhile. */
async function conduct(
  loaded: LoadedConfig,
  prepared: PreparedRun,
  words: readonly string[],
  flags: TrainFlags,
  start: Start,
): Promise<number> {
  const isInPlace = 'inPlace' in start;
  const isThere = !isInPlace && start.directory !== undefined && existsSync(start.directory);
  const runDirectory = isInPlace ? start.inPlace : await placeFor(prepared, start);
  const lock = await writingTo(runDirectory, () => RunLock.take(runDirectory));
  try {
    tellNote(start.note, flags);
    const changed = isInPlace
      ? { resume: runDirectory, initFrom: null }
      : await writingTo(runDirectory, () => beginDirectory(loaded, prepared, runDirectory, start));
    const options: TrainOptions = { ...prepared.options, ...changed, runDir: runDirectory };
    const run: FollowedRun = {
      loaded,
      options,
      runDirectory,
      goOn: ({ isChanged }) => goOnCommand(words, flags, runDirectory, isChanged),
    };
    return await followRun(run, flags, {
      clear: () => {
        if (!isInPlace) clearRunDirectory(runDirectory, isThere);
      },
      explain: (error) => (error instanceof ResumeError ? error : atItsPlace(loaded, error)),
    });
  } finally {
    lock.release();
  }
}

async function placeFor(
  { resolved }: PreparedRun,
  start: Exclude<Start, { inPlace: string }>,
): Promise<string> {
  const { directory, leftBehind } = start;
  if (directory !== undefined && leftBehind === true) return resolve(directory);
  const outputDirectory = resolve(resolved.output_dir);
  const options = { asked: directory, outputDirectory, name: resolved.name, now: new Date() };
  return resolve(await writingTo(directory ?? outputDirectory, () => makeRunDirectory(options)));
}

/** Writes the config into a directory of a run that begins in it, and says what the run starts from. */
function beginDirectory(
  loaded: LoadedConfig,
  { resolved, options }: PreparedRun,
  runDirectory: string,
  { leftBehind, branchOf, initFrom }: Exclude<Start, { inPlace: string }>,
): Pick<TrainOptions, 'resume' | 'initFrom'> {
  if (leftBehind === true) putAside(runDirectory);
  // Once more, now that nobody else writes to it.
  checkRunDirectory(runDirectory);
  const changed = {
    resume: branchOf ?? null,
    init_from: branchOf === undefined ? (initFrom ?? resolved.init_from) : null,
  };
  const config = withLeaves({ ...resolved, ...changed });
  writeRunFile(runDirectory, 'config.yaml', loaded.text);
  writeRunFile(runDirectory, resolvedConfigName, printConfig(config, loaded.originOf));
  const { initFrom: given = null } = options;
  return { resume: changed.resume, initFrom: branchOf === undefined ? (initFrom ?? given) : null };
}

/**
 * A run that came to its end before is told of once more, as it was then.
 *
 * @throws {RunDirectoryError} where its weights are gone, or were changed
 */
async function tellOfEnd(
  { config }: LoadedConfig,
  { runDirectory, end }: Extract<Beginning, { kind: 'ended' }>,
  flags: TrainFlags,
): Promise<number> {
  const shown = relative('', runDirectory) || '.';
  await checkFinalWeights(shown);
  const weights = join(shown, weightsFileName);
  const note = `${shown} came to its end before: nothing is left to do, and whether the config is still its own was not looked at; init_from=${weights} begins a new run with its weights`;
  if (flags.quiet !== true) writeTo(process.stderr, `${note}\n`);
  const summary = summaryLines(config.name, end, new RecentSteps().read(), shown);
  const text =
    flags.json === true ? JSON.stringify(doneEvent(end, runDirectory)) : summary.join('\n');
  writeTo(process.stdout, `${text}\n`);
  return 0;
}
