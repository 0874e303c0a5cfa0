import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readHolder, RunLockError, unreadableLock, type Holder } from './lock-holder.js';
import { isAlive, startTimeOf, thisBoot } from './process-identity.js';
import { writeTo } from './terminal.js';

export const lockName = 'lock';

/** The right of one process to write to a run directory; given back at the latest when the process ends. */
export class RunLock {
  readonly #path: string;
  readonly #token: string;
  readonly #atExit = (): void => this.release();

  private constructor(path: string, token: string) {
    this.#path = path;
    this.#token = token;
    process.on('exit', this.#atExit);
  }

  /**
   * Takes the lock of a run directory, also over from a process that is gone.
   *
   * @throws {RunLockError} when another process holds it, or one of another machine, of which nothing is known
   */
  static async take(runDirectory: string): Promise<RunLock> {
    return RunLock.#takeFile(join(runDirectory, lockName), runDirectory);
  }

  /**
   * Looks whether the lock of a run directory could be taken now; before it is, nothing is sure.
   *
   * @throws {RunLockError} when another process holds it, or when it cannot be read
   */
  static check(runDirectory: string): void {
    const path = join(runDirectory, lockName);
    const found = existsSync(path) ? readHolder(path) : 'none';
    const state = typeof found === 'object' ? stateOf(found) : 'gone';
    if (typeof found === 'object' && state !== 'gone')
      throw inUse(found, state, path, runDirectory);
  }

  static async #takeFile(path: string, runDirectory: string): Promise<RunLock> {
    const token = randomUUID();
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      if (createWhole(path, token)) return new RunLock(path, token);
      const found = readHolder(path);
      if (found === 'none') continue;
      if (found === 'torn') {
        // Where files cannot be linked, a lock is seen for a moment before it is filled.
        await sleep(retryMs);
        if (attempt < mostAttempts / 2) continue;
        throw unreadableLock(path);
      }
      const state = stateOf(found);
      if (state !== 'gone') throw inUse(found, state, path, runDirectory);
      // Only who holds the lock of the lock may remove a stale one: else, of two that found it stale, the
      // slower would remove what the faster has just taken. That lock may be stale as well.
      const taking = await RunLock.#takeFile(`${path}.taking`, runDirectory);
      try {
        const still = readHolder(path);
        if (typeof still === 'object' && still.token === found.token) rmSync(path);
      } finally {
        taking.release();
      }
    }
    throw new RunLockError(`${path} was taken and given back again and again; try once more`);
  }

  /**
   * Gives the lock back; a second time does nothing. What keeps it from that is told on stderr and no error: the run
   * that it was for is over, and its exit code is to say how that went.
   */
  release(): void {
    process.off('exit', this.#atExit);
    try {
      const found = readHolder(this.#path);
      // What somebody removed by hand, and another took since, is no longer ours.
      if (typeof found === 'object' && found.token === this.#token)
        rmSync(this.#path, { force: true });
    } catch (error) {
      const told =
        error instanceof RunLockError
          ? error.message
          : `${String(error)}; remove ${this.#path} if nobody trains in ${dirname(this.#path)}`;
      writeTo(process.stderr, `warning: the lock cannot be given back: ${told}\n`);
    }
  }
}

const retryMs = 20;
const mostAttempts = 100;

/**
 * Makes the file with its whole content at once, by linking one that is written and on the disk; false
 * if there is one already.
 */
function createWhole(path: string, token: string): boolean {
  const holder: Holder = {
    token,
    pid: process.pid,
    host: hostname(),
    started: startTimeOf(process.pid),
    boot: thisBoot(),
    since: new Date().toISOString(),
  };
  const text = `${JSON.stringify(holder)}\n`;
  const whole = `${path}.${token}`;
  writeNew(whole, text);
  try {
    linkSync(whole, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (!withoutLinks.has(code)) throw error;
  } finally {
    rmSync(whole, { force: true });
  }
  try {
    writeNew(path, text);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** What file systems answer that have no links. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Writes a file that is not there yet, whole or, as on a full disk, not at all. */
function writeNew(path: string, text: string): void {
  const file = openSync(path, 'wx');
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Whether the process of a holder still runs; of another machine that cannot be known from here. */
function stateOf({ pid, host, started, boot }: Holder): 'alive' | 'gone' | 'elsewhere' {
  if (host !== hostname()) return 'elsewhere';
  const here = thisBoot();
  if (boot !== null && here !== null && boot !== here) return 'gone';
  if (!isAlive(pid)) return 'gone';
  const now = startTimeOf(pid);
  return started !== null && now !== null && started !== now ? 'gone' : 'alive';
}

function inUse(
  { pid, host, since }: Holder,
  state: 'alive' | 'elsewhere',
  path: string,
  runDirectory: string,
): RunLockError {
  const remedy =
    state === 'alive'
      ? 'wait for it, stop it, or train in another directory'
      : `this is ${hostname()}: stop it there, or, if it has ended, remove ${path}`;
  const who = `process ${pid} on ${printable(host)} since ${printable(since)}`;
  return new RunLockError(`${runDirectory} is in use by ${who}; ${remedy}`);
}

/** A file may hold anything, and a terminal obeys some of it. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
