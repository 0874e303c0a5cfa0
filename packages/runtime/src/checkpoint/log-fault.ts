import { stat } from 'node:fs/promises';
import path from 'node:path';
import { eventsFileName, metricsFileName, type LogLengths } from '../events/event-log.js';

/**
 * What keeps the logs of a run from going on after a checkpoint; null for nothing, and for a run without
 * logs, from which they cannot go on anyway.
 */
export async function logFault(
  runDir: string,
  { events, metrics }: LogLengths,
): Promise<string | null> {
  if ((await sizeOf(path.join(runDir, eventsFileName))) === null) return null;
  const needed = [
    [eventsFileName, events],
    [metricsFileName, metrics],
  ] as const;
  for (const [name, bytes] of needed) {
    const found = (await sizeOf(path.join(runDir, name))) ?? 0;
    if (found < bytes)
      return `${name} of the run has ${found} of the ${bytes} bytes that it had then`;
  }
  return null;
}

/** Bytes of a file; null where there is none. */
export async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
