import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { DltrainError } from '@dltrain/core';
import { listCheckpoints, newestCheckpoint, ResumeError } from '@dltrain/runtime';
import type { EndEvent } from '@dltrain/runtime';
import type { LoadedConfig } from './config/load.js';
import { ConfigError } from './config/problem.js';
import { inWordsOfConfig } from './config/words-of-errors.js';
import { isFile } from './file-kind.js';
import { formatCount } from './progress/format.js';
import {
  checkRunDirectory,
  isUnused,
  resolvedConfigName,
  RunDirectoryError,
} from './run-directory.js';
import {
  endOf,
  isCheckpoint,
  isRunDirectory,
  leftCheckpoint,
  newestUnfinishedRun,
} from './run-history.js';
import { lockName, RunLock } from './run-lock.js';

/** Where a run begins; `note` is what to say of a choice that was left to us. */
export type Beginning =
  /** With new weights, in a directory of its own. `leftBehind`: that has what died before a checkpoint. */
  | { readonly kind: 'new'; readonly leftBehind: boolean; readonly note: string | null }
  /** From the newest checkpoint of a run, in its directory. */
  | { readonly kind: 'continue'; readonly runDirectory: string; readonly note: string | null }
  /** From a checkpoint, or the newest of a run, in a directory of its own. */
  | { readonly kind: 'branch'; readonly from: string; readonly note: null }
  /** Not at all: the run came to its end before. */
  | { readonly kind: 'ended'; readonly runDirectory: string; readonly end: EndEvent };

/**
 * Finds out where a run begins, from the `resume` of its config and the run directory asked for.
 *
 * @throws {ConfigError} at `resume`, where there is nothing to go on from, or it cannot be read
 * @throws {RunDirectoryError} for a directory that may not be written to
 * @throws {RunLockError} for one that another process writes to
 */
export async function planBeginning(
  loaded: LoadedConfig,
  asked: string | undefined,
): Promise<Beginning> {
  try {
    return await findBeginning(loaded, asked);
  } catch (error) {
    if (error instanceof ResumeError) throw atResume(loaded, error);
    throw error;
  }
}

/** Why a run cannot be gone on with, as a problem at `resume`. */
export function atResume(
  { problemAt }: LoadedConfig,
  error: DltrainError,
  remedy?: string,
): ConfigError {
  return new ConfigError([problemAt(['resume'], inWordsOfConfig(error), remedy)]);
}

async function findBeginning(loaded: LoadedConfig, asked: string | undefined): Promise<Beginning> {
  const { config, baseDirectory, problemAt } = loaded;
  const fresh: Beginning = { kind: 'new', leftBehind: false, note: null };
  if (config.resume === null) {
    if (asked !== undefined) await checkNewDirectory(asked);
    return fresh;
  }
  if (config.resume === 'auto') {
    return asked === undefined
      ? automatic(resolve(config.output_dir), config.name)
      : automaticIn(resolve(asked));
  }
  const source = resolve(baseDirectory(['resume']), config.resume);
  const shown = relative('', source);
  if (isRunDirectory(source)) {
    const isInPlace = asked === undefined || resolve(asked) === source;
    const end = isInPlace ? await endOf(source) : null;
    if (end !== null) return { kind: 'ended', runDirectory: source, end };
    // Who is at work there may be about to write its first checkpoint.
    if (isInPlace) RunLock.check(source);
    if ((await newestCheckpoint(source)) === null) {
      const checkpoints = await listCheckpoints(source);
      const damaged = checkpoints.map(({ step, problem }) => `, that of step ${step}: ${problem}`);
      const what = `the run ${shown} has no whole checkpoint to go on from${damaged.join('')}`;
      const remedy = 'remove resume to start a new run, or start from its weights with init_from';
      throw new ConfigError([problemAt(['resume'], what, remedy)]);
    }
    if (isInPlace) return { kind: 'continue', runDirectory: source, note: null };
  } else if (!isCheckpoint(source)) {
    const what = existsSync(source)
      ? `'resume' is "${config.resume}", which is neither a run directory nor a checkpoint`
      : `'resume' is "${config.resume}", and there is no such directory`;
    const remedy =
      'give a run directory, such as runs/net-20250131-120000, a checkpoint in it, or auto';
    throw new ConfigError([problemAt(['resume'], what, remedy)]);
  }
  if (asked !== undefined) await checkNewDirectory(asked);
  return { kind: 'branch', from: source, note: null };
}

/** The newest run of this name that was cut off, or a new one. */
async function automatic(outputDirectory: string, name: string): Promise<Beginning> {
  const run = await newestUnfinishedRun(outputDirectory, name);
  const shown = relative('', outputDirectory) || '.';
  if (run !== null) return goOn(run.path, run.step);
  const note = `no run of '${name}' in ${shown} waits to be gone on with: starting a new one`;
  return { kind: 'new', leftBehind: false, note };
}

/** The run in the directory asked for, or a new one there. */
async function automaticIn(directory: string): Promise<Beginning> {
  const shown = relative('', directory) || '.';
  if (!isFile(directory) && isUnused(directory)) {
    RunLock.check(directory);
    const note = `there is no run in ${shown} yet: starting a new one`;
    return { kind: 'new', leftBehind: false, note };
  }
  // The lock comes before all else, and only a process that was killed leaves it.
  const marks = [lockName, resolvedConfigName];
  const isRun =
    isRunDirectory(directory) || marks.some((name) => existsSync(join(directory, name)));
  if (!isRun) checkRunDirectory(directory);
  const end = await endOf(directory);
  if (end !== null) return { kind: 'ended', runDirectory: directory, end };
  RunLock.check(directory);
  const newest = await newestCheckpoint(directory);
  if (newest !== null) return goOn(directory, newest.step);
  const note = `the run in ${shown} has no whole checkpoint: it is put aside, and a new one started`;
  return { kind: 'new', leftBehind: true, note };
}

/** To read a checkpoint takes as long as it is large, so who looked for it says its step. */
function goOn(runDirectory: string, step: number): Beginning {
  RunLock.check(runDirectory);
  const note = `going on with ${relative('', runDirectory) || '.'} from step ${formatCount(step)}`;
  return { kind: 'continue', runDirectory, note };
}

/** A directory for a new run; of one that was cut off it says how to go on with it. */
async function checkNewDirectory(path: string): Promise<void> {
  RunLock.check(path);
  const isCutOff =
    isRunDirectory(path) && (await leftCheckpoint(path)) && (await endOf(path)) === null;
  if (isCutOff) {
    throw new RunDirectoryError(
      `the run directory ${path} has a run that did not end; add --resume to go on with it, or give another name`,
    );
  }
  checkRunDirectory(path);
}
