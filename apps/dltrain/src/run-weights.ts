import { createHash } from 'node:crypto';
import { dirname, join, relative } from 'node:path';
import { FileError, piecesOfFile } from '@dltrain/core';
import {
  manifestFileName,
  ManifestError,
  newestCheckpoint,
  readCheckpoint,
  readManifest,
  realPlace,
  remedyOfDamage,
  weightsFileName,
} from '@dltrain/runtime';
import { commandName } from './command-name.js';
import { isFile } from './file-kind.js';
import { checkIsRun, resolvedConfigName, RunDirectoryError } from './run-directory.js';
import { isCheckpoint, lastEndOf } from './run-history.js';

/** Weights that a run left, and the config that they belong to. */
export interface RunWeights {
  /** The run directory. */
  readonly run: string;
  readonly config: string;
  readonly weights: string;
  /** The directory of the checkpoint that the weights are of; null for those at the end of the run. */
  readonly checkpoint: string | null;
}

/**
 * The weights of a run, or of a checkpoint, by its directory. They are read to the last byte and compared with
 * what the run recorded of them.
 *
 * @throws {RunDirectoryError} for a directory without weights, or with weights that were changed
 */
export async function findWeights(directory: string): Promise<RunWeights> {
  checkIsRun(directory);
  const config = join(directory, resolvedConfigName);
  if (!isFile(config) && isCheckpoint(directory)) return weightsOfCheckpoint(directory);
  checkIsRun(directory, resolvedConfigName);
  const weights = join(directory, weightsFileName);
  if (!isFile(weights)) {
    const what = `${directory} has no ${weightsFileName}: its run was cut off, or is still at work`;
    const newest = await newestCheckpoint(directory);
    const remedy =
      newest === null
        ? 'and it has no whole checkpoint either: train anew'
        : `give its newest whole checkpoint, ${newest.path}, or take the run to its end with --resume ${directory}`;
    throw new RunDirectoryError(`${what}; ${remedy}`);
  }
  await checkFinalWeights(directory);
  return { run: directory, config, weights, checkpoint: null };
}

/**
 * Checks the weights at the end of a run against the SHA-256 that the run recorded: in their manifest, or, where
 * that is gone, at the end of the event log. Where neither is left, the weights are taken as they are.
 *
 * @throws {RunDirectoryError} for weights that are gone, or are not those of the run
 */
export async function checkFinalWeights(run: string): Promise<void> {
  const file = join(run, weightsFileName);
  const [found, recorded] = [await sha256Of(file), await recordedSha256(run)];
  if (found !== null && (recorded === null || found === recorded)) return;
  const what =
    found === null
      ? `the weights ${file} are gone`
      : `the weights ${file} were changed: their SHA-256 is ${beginning(found)}, ` +
        `and the run recorded ${beginning(recorded)}`;
  const newest = await newestCheckpoint(run);
  const checkpoint = newest === null ? '' : `take those of the checkpoint ${newest.path}, `;
  const again = `train them again: ${commandName()} ${join(run, resolvedConfigName)}`;
  throw new RunDirectoryError(`${what}; restore the file from a copy, ${checkpoint}or ${again}`);
}

async function weightsOfCheckpoint(directory: string): Promise<RunWeights> {
  const place = await realPlace(directory);
  const { problem } = await readCheckpoint(place);
  if (problem !== null) {
    const remedy = await remedyOfDamage(place);
    throw new RunDirectoryError(`the checkpoint ${directory} is damaged: ${problem}; ${remedy}`);
  }
  const run = relative('', dirname(dirname(place))) || '.';
  const config = join(run, resolvedConfigName);
  if (!isFile(config)) {
    throw new RunDirectoryError(
      `the checkpoint ${directory} is not in the directory of its run, as there is no ${config}; put it back`,
    );
  }
  return { run, config, weights: join(place, weightsFileName), checkpoint: relative('', place) };
}

async function recordedSha256(run: string): Promise<string | null> {
  try {
    return (await readManifest(join(run, manifestFileName))).weightsSha256;
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const end = await lastEndOf(run);
    const isMissing = error.cause instanceof FileError && error.cause.problem === 'missing';
    if (end === null && !isMissing) throw error;
    return end?.weightsSha256 ?? null;
  }
}

/** Of a file, in hex; null for one that is not there. */
async function sha256Of(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const piece of piecesOfFile(file, 2 ** 20)) hash.update(piece);
  } catch (error) {
    if (error instanceof FileError && error.problem === 'missing') return null;
    throw error;
  }
  return hash.digest('hex');
}

/** As much of a hash as tells it from others. */
function beginning(sha256: string | null): string {
  return `${sha256?.slice(0, 12) ?? ''}…`;
}
