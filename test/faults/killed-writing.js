/**
 * Trains with checkpoints and is killed in the middle of one, or of its last files: `node killed-writing.js <run directory>
 * <operation> <n>` ends by SIGKILL instead of the nth time that this is done to the disk. The event log is
 * written when it wants to be, so it is not counted through all operations.
 */
import process from 'node:process';
import { nodeDisk } from '@dltrain/nn';
import { train } from '@dltrain/runtime';
import { survivalRun } from '../support/faulted-run.js';

/** @import { Disk } from '@dltrain/nn' */

/**
 * Six steps with three checkpoints, each of which replaces the one before.
 *
 * @param {string} runDir
 */
export function checkpointedRun(runDir) {
  return survivalRun(2, { runDir, checkpoint: { every: { batches: 2 }, keep: 1 } });
}

/**
 * The disk, with a word to somebody before anything is done to it.
 *
 * @param {(operation: string) => void} before is told what is about to happen, and to which file
 * @returns {Disk}
 */
export function watchedDisk(before) {
  /** @template T @param {string} operation @param {() => Promise<T>} work */
  const after = (operation, work) => {
    before(operation);
    return work();
  };
  return {
    ...nodeDisk,
    makeDirectory: (path) => after('makeDirectory', () => nodeDisk.makeDirectory(path)),
    rename: (from, to) => after(`rename ${kindOf(to)}`, () => nodeDisk.rename(from, to)),
    remove: (path) => after(`remove ${kindOf(path)}`, () => nodeDisk.remove(path)),
    link: (target, path) => after('link', () => nodeDisk.link(target, path)),
    syncDirectory: (path) => after('syncDirectory', () => nodeDisk.syncDirectory(path)),
    create: async (path) => {
      const file = await after(`create ${kindOf(path)}`, () => nodeDisk.create(path));
      return {
        write: (bytes) => after(`write ${kindOf(path)}`, () => file.write(bytes)),
        sync: () => after(`sync ${kindOf(path)}`, () => file.sync()),
        close: () => file.close(),
      };
    },
  };
}

/**
 * What a file is, without its step and what makes its name temporary; `final` if it is none of a checkpoint's but
 * what the run leaves at its end.
 *
 * @param {string} path
 */
function kindOf(path) {
  const [kind] = /manifest|model|optimizer|last|best|step/.exec(path.replace(/^.*[\\/]/, '')) ?? [];
  if (kind === undefined) return 'file';
  return /[\\/]checkpoints[\\/]/.test(path) ? kind : `final ${kind}`;
}

if (process.argv[1] === import.meta.filename) {
  const [, , runDir = '', fatal = '', count = ''] = process.argv;
  let left = Number(count);
  const disk = watchedDisk((operation) => {
    if (operation === fatal) left--;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  });
  await train(checkpointedRun(runDir), { disk }).result;
}
