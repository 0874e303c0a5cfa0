import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { FileError, openRegularFile, readExactly, type FileProblem } from '@dltrain/core';
import { ResumeError } from '../errors.js';
import { ManifestError, messageOf, NewerFormatError } from '../events/errors.js';
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
  | { readonly state: 'whole'; readonly problem: null; readonly manifest: CheckpointManifest }
  /** It is no checkpoint, or none any more: it is proven that one cannot resume from it. */
  | { readonly state: 'broken'; readonly problem: string; readonly manifest: null }
  /** It could not be read here and now, and may be whole. */
  | { readonly state: 'unreadable'; readonly problem: string; readonly manifest: null }
);

/** A checkpoint of a run directory. */
export interface ListedCheckpoint {
  /** Steps that it has behind it. */
  readonly step: number;
  readonly path: string;
  /** Whether it is the best by the monitored metric, as far as the newest whole one knows. */
  readonly best: boolean;
  /** What is wrong with it, or keeps it from being read; null where it is whole. */
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

/**
 * Where the checkpoints of a directory are, oldest first; none if it is not there.
 * @throws ResumeError if that cannot be told
 */
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
    return { step: found, path: directory, state: 'whole', problem: null, manifest };
  } catch (error) {
    const state = isProof(error) ? 'broken' : 'unreadable';
    return { step: step ?? 0, path: directory, state, problem: messageOf(error), manifest: null };
  }
}

/** What a file may be instead of a part of a checkpoint. */
const noParts: ReadonlySet<FileProblem> = new Set(['missing', 'folder', 'special']);

/** Whether an error tells that there is no checkpoint, rather than that one could not be read. */
function isProof(error: unknown): boolean {
  if (!(error instanceof ManifestError) || error instanceof NewerFormatError) return false;
  const { cause } = error;
  return !(cause instanceof FileError) || noParts.has(cause.problem);
}

/**
 * The manifest of a checkpoint; the files that it lists are not looked at.
 * @throws ManifestError if there is none that is whole, or it cannot be read: a FileError is the cause then
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

/** @throws ManifestError if it is not what the manifest says, or cannot be read: a FileError is the cause then */
async function checkFile(directory: string, file: CheckpointFile): Promise<void> {
  const { name, sha256 } = file;
  const found = await hashOf(path.join(directory, name), file).catch((cause: unknown) => {
    if (!(cause instanceof FileError)) throw cause;
    const what = cause.problem === 'missing' ? `it has no ${name}` : `${name} ${cause.message}`;
    throw new ManifestError(what, { cause });
  });
  if (found === sha256) return;
  throw new ManifestError(
    `${name} was changed: its SHA-256 is ${found.slice(0, 8)}..., its manifest says ${sha256.slice(0, 8)}...`,
  );
}

const pieceBytes = 2 ** 20;

/** SHA-256 of a file in hex, if it has its length. */
async function hashOf(place: string, { name, byteLength }: CheckpointFile): Promise<string> {
  const { file, size } = await openRegularFile(place);
  try {
    if (size !== byteLength) {
      throw new ManifestError(`${name} has ${size} bytes; its manifest says ${byteLength}`);
    }
    const hash = createHash('sha256');
    for (let at = 0; at < size; at += pieceBytes) {
      hash.update(await readExactly(file, at, Math.min(pieceBytes, size - at)));
    }
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
    throw new ResumeError(
      `the checkpoints in ${directory} cannot be looked for: ${messageOf(error)}; make it readable`,
      { cause: error },
    );
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? '';
}
