import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Disk, DiskFile } from '@dltrain/nn';
import { diskReason } from './disk-reason.js';
import { EventLogError } from './errors.js';

/** One of the two files of a log, open for what follows. */
export interface LogFile {
  readonly path: string;
  readonly file: DiskFile;
  /** Whether it was not there before. */
  readonly isNew: boolean;
}

/** A run directory is never overwritten, so neither is its log. */
export function create(file: string, disk: Disk): Promise<DiskFile> {
  return attempt('create the event log', () => disk.create(file));
}

/** A log that could not be begun leaves nothing in the way of the next one. */
export async function abandon({ path, file, isNew }: LogFile, disk: Disk): Promise<void> {
  // What kept it from being begun is what there is to know; a disk that fails at one fails at the other.
  await Promise.allSettled([file.close()]);
  if (isNew) await Promise.allSettled([disk.remove(path)]);
}

/** Opens a file to go on after its first bytes. */
export function cut(path: string, length: number, disk: Disk): Promise<DiskFile> {
  return attempt('go on with the event log', async () => {
    checkLength(path, (await stat(path)).size, length);
    await disk.truncate(path, length);
    return disk.append(path);
  });
}

/** Writes the first bytes of a file to another. */
export function copyStart(path: string, length: number, into: DiskFile): Promise<void> {
  return attempt('begin with the event log of the run before', async () => {
    checkLength(path, (await stat(path)).size, length);
    // The end of a stream is its last byte.
    if (length === 0) return;
    const stream: AsyncIterable<Buffer> = createReadStream(path, { end: length - 1 });
    for await (const chunk of stream) await into.write(chunk);
    // What is not kept in memory could not be written once more.
    await into.sync();
  });
}

function checkLength(path: string, found: number, needed: number): void {
  if (found >= needed) return;
  throw new EventLogError(
    `${path} has ${found} of the ${needed} bytes that a checkpoint goes on from`,
  );
}

/** @throws EventLogError with what could not be done, and why */
export async function attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw logError(what, cause);
  }
}

export function logError(what: string, cause: unknown): EventLogError {
  return cause instanceof EventLogError
    ? cause
    : new EventLogError(`cannot ${what}: ${diskReason(cause)}`, null, { cause });
}
