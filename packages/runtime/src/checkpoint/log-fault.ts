import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { eventsFileName, metricsFileName } from '../events/event-log.js';
import type { CheckpointManifest } from './checkpoint-manifest.js';

/** What keeps the logs of a run from going on after a checkpoint; null for nothing. */
export async function logFault(
  runDir: string,
  { logs, progress }: CheckpointManifest,
): Promise<string | null> {
  const needed = [
    [eventsFileName, logs.events],
    [metricsFileName, logs.metrics],
  ] as const;
  for (const [name, bytes] of needed) {
    const found = await sizeOf(path.join(runDir, name));
    if (found === null) return `${name} of the run is gone`;
    if (found < bytes)
      return `${name} of the run has ${found} of the ${bytes} bytes that it had then`;
  }
  const isOf = await isOfStep(path.join(runDir, metricsFileName), logs.metrics, progress.step);
  return isOf ? null : `${metricsFileName} of the run was begun anew since`;
}

/** More than a line needs, but for the widest statistics. */
const tailBytes = 64 * 1024;

/**
 * Whether a log told of no later step in its first bytes, and has whole lines there. One that was begun
 * anew at a later step, after the first was lost, does not.
 */
async function isOfStep(file: string, bytes: number, step: number): Promise<boolean> {
  if (bytes === 0) return true;
  const tail = Buffer.alloc(Math.min(bytes, tailBytes));
  const handle = await open(file, 'r');
  try {
    await handle.read(tail, 0, tail.length, bytes - tail.length);
  } finally {
    await handle.close();
  }
  if (tail.at(-1) !== 0x0a) return false;
  const steps = [...tail.toString('latin1').matchAll(/^\{"event":"step","step":(\d+),/gm)];
  return steps.every(([, told]) => Number(told) <= step);
}

/** Bytes of a file; null where there is none. */
async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
