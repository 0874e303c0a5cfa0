import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DltrainError, makeDirectory } from '@dltrain/core';
import writeFileAtomic from 'write-file-atomic';
import { isDirectory, isFile } from './file-kind.js';
import { lockName } from './run-lock.js';

/** A run directory that cannot be used, or a path that is none. */
export class RunDirectoryError extends DltrainError {}

/**
 * Checks that a directory asked for by name may hold a run: it must not exist, or be empty, since a
 * run is never written over another.
 */
export function checkRunDirectory(path: string): void {
  if (!existsSync(path)) return;
  if (!isDirectory(path)) {
    throw new RunDirectoryError(`the run directory ${path} is a file; give another name`);
  }
  if (!isUnused(path)) {
    // What is worked in is not to be removed.
    const isAround = !relative(path, '').startsWith('..');
    const remedy = isAround ? 'give another name' : 'give another name, or remove it';
    throw new RunDirectoryError(
      `the run directory ${path} is not empty, and a run is never overwritten; ${remedy}`,
    );
  }
}

/** Whether nothing of a run is in a directory, if it is there at all: a lock may be, and what was put aside. */
export function isUnused(directory: string): boolean {
  return !existsSync(directory) || readdirSync(directory).every(isNoPart);
}

/** Whether an entry of a run directory is no part of the run that is in it now. */
function isNoPart(entry: string): boolean {
  return entry === lockName || entry.startsWith(`${lockName}.`) || entry.startsWith(asidePrefix);
}

const asidePrefix = 'earlier-';

/** Puts what a run left that never came to a checkpoint into a folder of its own, so that one can start anew. */
export function putAside(runDirectory: string): void {
  const entries = readdirSync(runDirectory).filter((entry) => !isNoPart(entry));
  const aside = freeName(runDirectory, (attempt) => `${asidePrefix}${attempt}`);
  mkdirSync(join(runDirectory, aside));
  for (const entry of entries)
    renameSync(join(runDirectory, entry), join(runDirectory, aside, entry));
}

/** The first of numbered names, from 1 on, that is not taken in a directory. */
export function freeName(directory: string, name: (attempt: number) => string): string {
  for (let attempt = 1; ; attempt += 1) {
    if (!existsSync(join(directory, name(attempt)))) return name(attempt);
  }
}

/** Makes the directory of a run: the one asked for, or `<output_dir>/<name>-<time>`. */
export async function makeRunDirectory(options: {
  readonly asked: string | undefined;
  readonly outputDirectory: string;
  readonly name: string;
  readonly now: Date;
}): Promise<string> {
  const { asked, outputDirectory, name, now } = options;
  if (asked !== undefined) {
    checkRunDirectory(asked);
    await makeDirectory(asked);
    return asked;
  }
  await makeDirectory(outputDirectory);
  const base = join(outputDirectory, `${name}-${timestamp(now)}`);
  for (let attempt = 1; ; attempt += 1) {
    const path = attempt === 1 ? base : `${base}-${attempt}`;
    try {
      // Not recursive: of two runs that start at once, one fails here and takes the next name.
      mkdirSync(path);
      return path;
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!taken || attempt === 1000) throw error;
    }
  }
}

/** Writes a file of a run whole or not at all. */
export function writeRunFile(runDirectory: string, name: string, text: string): void {
  writeFileAtomic.sync(join(runDirectory, name), text);
}

/** Does what writes to a run directory; what the system has against it is told as such. */
export async function writingTo<T>(
  runDirectory: string,
  work: () => T | Promise<T>,
): Promise<Awaited<T>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new RunDirectoryError(
      `the run directory ${runDirectory} cannot be written to (${error.message}); make room or give the right to, or name another`,
      { cause: error },
    );
  }
}

/**
 * Takes back what a run left that never began: its directory, or, where that is to stay or has what was put
 * aside, what is in it of the run.
 */
export function clearRunDirectory(path: string, stays: boolean): void {
  const entries = existsSync(path) ? readdirSync(path) : [];
  if (!stays && !entries.some((entry) => entry.startsWith(asidePrefix))) {
    rmSync(path, { recursive: true, force: true });
    return;
  }
  for (const entry of entries.filter((one) => !isNoPart(one))) {
    rmSync(join(path, entry), { recursive: true, force: true });
  }
}

/** The config of a run with every default, fitted transforms and absolute file names. */
export const resolvedConfigName = 'config.resolved.yaml';

/** Checks that a path is the directory of a run that left what is asked for. */
export function checkIsRun(path: string, ...files: readonly string[]): void {
  if (!isDirectory(path)) {
    const what = existsSync(path) ? 'this is no run directory' : 'there is no run directory';
    throw new RunDirectoryError(
      `${what}: ${path}; give what a run printed at its end, such as runs/mnist-20250131-120000`,
    );
  }
  for (const file of files) {
    if (isFile(join(path, file))) continue;
    throw new RunDirectoryError(
      `${path} has no ${file}: it is no run directory of this command, or its run never began`,
    );
  }
}

/** `20250131-235959`, in local time. */
function timestamp(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
