/**
 * A lock between processes, so that two commands started at once do not install or build on top of
 * each other.
 *
 * The lock is a folder (creating one is atomic everywhere) that holds one file, named at random by
 * its owner, with the owner's process ids. The owner touches the file twice a second. Whoever waits
 * takes the lock over when that heartbeat has stopped: after 3 s if the owner's processes are gone,
 * after 30 s if they seem to live (another process may have got their number). To take over is to
 * delete the owner's file by its name, which can succeed only once, and only for the lock that was
 * looked at.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const heartbeatMs = 500;
const deadAfterMs = 3_000;
const silentAfterMs = 30_000;
const pollMs = 100;

/** @typedef {{ addProcess(pid: number | undefined): void }} Lock */

/**
 * Runs `work` while this process holds the lock.
 *
 * @template T
 * @param {string} directory the lock's folder; its parent must exist
 * @param {(lock: Lock) => Promise<T>} work
 * @param {() => void} onWait called once if another process holds the lock
 * @param {AbortSignal} signal ends the waiting, not the work
 * @returns {Promise<T>}
 */
export async function withLock(directory, work, onWait, signal) {
  const file = await acquire(directory, onWait, signal);
  const owner = { host: hostname(), pids: [process.pid] };
  const heartbeat = setInterval(() => {
    ignoreMissing(() => {
      utimesSync(file, new Date(), new Date());
    });
  }, heartbeatMs);
  try {
    return await work({
      addProcess(pid) {
        if (pid === undefined) return;
        owner.pids.push(pid);
        // r+ creates nothing: a lock that was taken over stays so
        ignoreMissing(() => {
          writeFileSync(file, JSON.stringify(owner), { flag: 'r+' });
        });
      },
    });
  } finally {
    clearInterval(heartbeat);
    ignoreMissing(() => {
      unlinkSync(file);
    });
    removeIfEmpty(directory);
  }
}

/**
 * @param {string} directory
 * @param {() => void} onWait
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the owner's file
 */
async function acquire(directory, onWait, signal) {
  const name = randomUUID();
  const file = path.join(directory, name);
  let waited = false;
  let seen = '';
  let seenSince = performance.now();
  for (;;) {
    if (makeDirectory(directory)) {
      const mine = { host: hostname(), pids: [process.pid] };
      // A waiter may remove the folder while it is still empty; then we start again.
      if (
        ignoreMissing(() => {
          writeFileSync(file, JSON.stringify(mine), { flag: 'wx' });
        })
      )
        return file;
      continue;
    }
    const holder = look(directory);
    const state = `${holder.name} ${String(holder.beat)}`;
    if (state !== seen) {
      seen = state;
      seenSince = performance.now();
    }
    const silentMs = performance.now() - seenSince;
    if (silentMs > (holder.alive ? silentAfterMs : deadAfterMs)) {
      if (holder.name !== '')
        ignoreMissing(() => {
          unlinkSync(path.join(directory, holder.name));
        });
      removeIfEmpty(directory);
      continue;
    }
    if (!waited && silentMs > pollMs) {
      waited = true;
      onWait();
    }
    await sleep(pollMs, undefined, { signal });
  }
}

/**
 * Who holds the lock. An empty folder belongs to a process that died between its two steps, or is
 * just between them.
 *
 * @param {string} directory
 */
function look(directory) {
  const nobody = { name: '', beat: 0, alive: false };
  let holder = nobody;
  ignoreMissing(() => {
    const name = readdirSync(directory)[0];
    if (name === undefined) return;
    const file = path.join(directory, name);
    const beat = statSync(file).mtimeMs;
    holder = { name, beat, alive: isAlive(readFileSync(file, 'utf8')) };
  });
  return holder;
}

/** @param {string} text what the owner wrote; possibly cut short */
function isAlive(text) {
  /** @type {{ host: string, pids: number[] }} */
  let owner;
  try {
    owner = /** @type {typeof owner} */ (JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return true; // being written at this moment
    throw error;
  }
  if (owner.host !== hostname()) return true; // cannot be known from here
  return owner.pids.some((pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return codeOf(error) === 'EPERM';
    }
  });
}

/** @param {string} directory */
function makeDirectory(directory) {
  try {
    mkdirSync(directory);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} directory */
function removeIfEmpty(directory) {
  try {
    rmdirSync(directory);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

/**
 * @param {() => void} action
 * @returns {boolean} false if a file or folder it works on is not there
 */
function ignoreMissing(action) {
  try {
    action();
    return true;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return false;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
