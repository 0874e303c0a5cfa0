import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import {
  EventLogError,
  eventsFileName,
  isPlaceOfCheckpoint,
  manifestFileName,
  newestCheckpoint,
  readEvents,
  ResumeError,
} from '@dltrain/runtime';
import type { EndEvent, TrainEvent } from '@dltrain/runtime';
import { isDirectory, isFile } from './file-kind.js';

/** How a run came to its end; null for one that was stopped, failed, or was cut off. */
export async function endOf(runDirectory: string): Promise<EndEvent | null> {
  const end = await lastEndOf(runDirectory);
  return end?.reason === 'stopped' || end?.reason === 'failed' ? null : end;
}

/** The end that the log of a run is at, whatever the reason; null for one that was cut off. */
export async function lastEndOf(runDirectory: string): Promise<EndEvent | null> {
  const last: { event: TrainEvent | null } = { event: null };
  try {
    for await (const event of readEvents(join(runDirectory, eventsFileName))) last.event = event;
  } catch (error) {
    // A log that is cut off, damaged or not there tells of no end.
    if (error instanceof EventLogError) return null;
    throw error;
  }
  const { event } = last;
  return event?.event === 'end' ? event : null;
}

/** Whether a run has a checkpoint to go on from, or one that may be whole and cannot be read here and now. */
export async function leftCheckpoint(runDirectory: string): Promise<boolean> {
  try {
    return (await newestCheckpoint(runDirectory)) !== null;
  } catch (error) {
    if (error instanceof ResumeError) return true;
    throw error;
  }
}

/**
 * The newest run of a name that has a whole checkpoint and did not end, with the step of that; or null.
 *
 * @throws {ResumeError} for a run on the way whose checkpoint may be whole and cannot be read
 */
export async function newestUnfinishedRun(
  outputDirectory: string,
  name: string,
): Promise<{ readonly path: string; readonly step: number } | null> {
  if (!isDirectory(outputDirectory)) return null;
  const runs = readdirSync(outputDirectory)
    .flatMap((entry) => {
      const [, time, copy = '1'] = namedByTime.exec(entry.slice(name.length)) ?? [];
      if (!entry.startsWith(name) || time === undefined) return [];
      return [{ path: join(outputDirectory, entry), time, copy: Number(copy) }];
    })
    .sort((a, b) => (a.time === b.time ? b.copy - a.copy : a.time < b.time ? 1 : -1));
  for (const { path } of runs) {
    const newest = (await endOf(path)) === null ? await newestCheckpoint(path) : null;
    if (newest !== null) return { path, step: newest.step };
  }
  return null;
}

/** What follows the name in the directory of a run: its time, and a number where that was taken. */
const namedByTime = /^-(\d{8}-\d{6})(?:-(\d+))?$/;

/** Whether a path is the directory of a run, rather than of a checkpoint, or none of both. */
export function isRunDirectory(path: string): boolean {
  return isDirectory(join(path, 'checkpoints')) || isFile(join(path, eventsFileName));
}

/** Whether a path is the directory of a checkpoint; it may be damaged. */
export function isCheckpoint(path: string): boolean {
  if (!isDirectory(path) || isRunDirectory(path)) return false;
  return isFile(join(path, manifestFileName)) || isPlaceOfCheckpoint(realpathSync(path));
}
