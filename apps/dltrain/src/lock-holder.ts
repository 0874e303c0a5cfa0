import { dirname } from 'node:path';
import { DltrainError, FileError, readSmallFileSync } from '@dltrain/core';

/** Who holds the lock of a run directory, as its file says. */
export interface Holder {
  /** Tells this holder from any other there ever was. */
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** When its process started, in ticks since the boot, and which boot: a number of a process may come again. */
  readonly started: string | null;
  readonly boot: string | null;
  readonly since: string;
}

/** A run directory that another process writes to, or may write to. */
export class RunLockError extends DltrainError {}

/** A lock has some 250. */
const mostLockBytes = 4096;

/**
 * Reads the file of a lock; `torn` is one that is not whole, or not yet.
 *
 * @throws {RunLockError} for what is no file, or too long for a lock, or may not be read
 */
export function readHolder(path: string): Holder | 'none' | 'torn' {
  let bytes: Uint8Array;
  try {
    bytes = readSmallFileSync(path, mostLockBytes);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.problem === 'missing') return 'none';
    if (error.problem === 'shorter') return 'torn';
    throw unreadableLock(path, error);
  }
  return holderOf(new TextDecoder().decode(bytes)) ?? 'torn';
}

/** The error of a lock of which nobody knows who holds it. */
export function unreadableLock(path: string, cause?: FileError): RunLockError {
  const why = cause === undefined ? '' : ` (${cause.message})`;
  return new RunLockError(
    `${path} is no lock that can be read${why}; remove it if nobody trains in ${dirname(path)}`,
    { cause },
  );
}

/** The holder that the text of a lock names, or null where it is not whole. */
function holderOf(text: string): Holder | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { token, pid, host, started, boot, since } = value as Record<string, unknown>;
  const isWhole =
    isText(token) &&
    isProcessNumber(pid) &&
    isText(host) &&
    isTextOrNull(started) &&
    isTextOrNull(boot) &&
    isText(since);
  return isWhole ? { token, pid, host, started, boot, since } : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}

function isProcessNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
