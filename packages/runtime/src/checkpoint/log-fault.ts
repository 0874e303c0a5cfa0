import path from 'node:path';
import { FileError, openRegularFile, readExactly } from '@dltrain/core';
import { eventsFileName, metricsFileName } from '../events/event-log.js';
import type { CheckpointManifest } from './checkpoint-manifest.js';

/** What keeps the logs of a run from going on after a checkpoint; null for nothing. */
export async function logFault(
  runDir: string,
  { logs, progress }: CheckpointManifest,
): Promise<string | null> {
  const files = [
    [eventsFileName, logs.events],
    [metricsFileName, logs.metrics],
  ] as const;
  let tail: Buffer = Buffer.alloc(0);
  for (const [name, bytes] of files) {
    try {
      tail = await tailOf(path.join(runDir, name), bytes);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return `${name} of the run ${error.problem === 'missing' ? 'is gone' : error.message}`;
    }
  }
  // The second tells of steps in plain text.
  return isOfStep(tail, progress.step)
    ? null
    : `${metricsFileName} of the run was begun anew since`;
}

/** More than a line needs, but for the widest statistics. */
const tailBytes = 64 * 1024;

/**
 * The last of the first bytes of a file.
 * @throws FileError if it is shorter, or cannot be read
 */
async function tailOf(place: string, bytes: number): Promise<Buffer> {
  const { file, size } = await openRegularFile(place);
  try {
    if (size < bytes) {
      throw new FileError('shorter', `has ${size} of the ${bytes} bytes that it had then`);
    }
    const length = Math.min(bytes, tailBytes);
    return Buffer.from(await readExactly(file, bytes - length, length));
  } finally {
    await file.close();
  }
}

/**
 * Whether a log told of no later step until there, and has whole lines. One that was begun anew at a later
 * step, after the first was lost, does not.
 */
function isOfStep(tail: Buffer, step: number): boolean {
  if (tail.length === 0) return true;
  if (tail.at(-1) !== 0x0a) return false;
  const steps = [...tail.toString('latin1').matchAll(/^\{"event":"step","step":(\d+),/gm)];
  return steps.every(([, told]) => Number(told) <= step);
}
