import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { FileError, openRegularFile, piecesOfFile, readExactly } from '@dltrain/core';
import { ManifestError, messageOf } from '../events/errors.js';
import {
  checkpointManifestName,
  decodeCheckpointManifest,
  maxManifestBytes,
  type CheckpointFile,
  type CheckpointManifest,
} from './checkpoint-manifest.js';
import {
  checkpointsDirectory,
  modelFileName,
  optimizerFileName,
  stepOfName,
} from './checkpoint-names.js';

/** A checkpoint as it was found. */
export type FoundCheckpoint = {
  /** Steps that it has behind it. */
  readonly step: number;
  readonly path: string;
} & (
  | { readonly problem: null; readonly manifest: CheckpointManifest }
  /** What is wrong with it: it cannot be resumed from. */
  | { readonly problem: string; readonly manifest: null }
);

/** A checkpoint of a run directory. */
export interface ListedCheckpoint {
  /** Steps that it has behind it. */
  readonly step: number;
  readonly path: string;
  /** Whether it is the best by the monitored metric, as far as the newest whole one knows. */
  readonly best: boolean;
  /** What is wrong with it; null where it is whole. */
  readonly problem: string | null;
}

/**
 * The checkpoints of a run directory, oldest first, each read to its last byte.
 *
 * @example
 * for (const { step, problem } of await listCheckpoints('runs/mnist')) console.log(step, problem ?? 'whole');
 */
export async function listCheckpoints(runDir: string): Promise<ListedCheckpoint[]> {
  const found: FoundCheckpoint[] = [];
  for (const { path: place } of await checkpointsIn(checkpointsDirectory(runDir))) {
    found.push(await readCheckpoint(place));
  }
  // The newest that can be asked knows the best of all before it.
  const best = found.findLast(({ manifest }) => manifest !== null)?.manifest?.progress.best?.step;
  return found.map(({ step, path: place, problem }) => ({
    step,
    path: place,
    best: step === best,
    problem,
  }));
}

/** Where the checkpoints of a directory are, oldest first; none if it is not there. */
export async function checkpointsIn(directory: string): Promise<{ step: number; path: string }[]> {
  const found = await namesIn(directory);
  return found
    .flatMap((name) => {
      const step = stepOfName(name);
      return step === null ? [] : [{ step, path: path.join(directory, name) }];
    })
    .sort((a, b) => a.step - b.step);
}

/** Reads a checkpoint to its last byte; what is wrong with it is part of the answer. */
export async function readCheckpoint(directory: string): Promise<FoundCheckpoint> {
  const step = stepOfName(path.basename(directory));
  try {
    const manifest = await readCheckpointManifest(directory);
    const found = manifest.progress.step;
    if (step !== null && step !== found) {
      throw new ManifestError(`it is of step ${found}, under the name of step ${step}`);
    }
    for (const name of [modelFileName, optimizerFileName]) {
      const file = manifest.files.find((entry) => entry.name === name);
      if (file === undefined) throw new ManifestError(`its manifest does not list ${name}`);
      await checkFile(directory, file);
    }
    return { step: found, path: directory, problem: null, manifest };
  } catch (error) {
    // Whatever a disk or a byte can do: to be told, and passed over.
    return { step: step ?? 0, path: directory, problem: messageOf(error), manifest: null };
  }
}

/**
 * The manifest of a checkpoint; the files that it lists are not looked at.
 * @throws ManifestError if there is none that is whole
 */
export async function readCheckpointManifest(directory: string): Promise<CheckpointManifest> {
  const file = path.join(directory, checkpointManifestName);
  try {
    return await decodeCheckpointManifest(await readBounded(file, maxManifestBytes));
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    if (cause.problem !== 'missing') {
      throw new ManifestError(`${checkpointManifestName} ${cause.message}`, { cause });
    }
    throw new ManifestError('it has no manifest: it was not finished, or is no checkpoint', {
      cause,
    });
  }
}

/** A file's bytes; of a longer one, one more than `most`. */
async function readBounded(file: string, most: number): Promise<Uint8Array> {
  const { file: handle, size } = await openRegularFile(file);
  try {
    return await readExactly(handle, 0, Math.min(size, most + 1));
  } finally {
    await handle.close();
  }
}

async function checkFile(directory: string, file: CheckpointFile): Promise<void> {
  const { name, byteLength, sha256 } = file;
  const place = path.join(directory, name);
  const { size } = await stat(place);
  if (size !== byteLength) {
    throw new ManifestError(`${name} has ${size} bytes; its manifest says ${byteLength}`);
  }
  const hash = createHash('sha256');
  for await (const piece of piecesOfFile(place, 2 ** 20)) hash.update(piece);
  const found = hash.digest('hex');
  if (found === sha256) return;
  throw new ManifestError(
    `${name} was changed: its SHA-256 is ${found.slice(0, 8)}..., its manifest says ${sha256.slice(0, 8)}...`,
  );
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
    throw error;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? '';
}
