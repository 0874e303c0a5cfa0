/**
 * Everything that reads a file of somebody else's. To add a reader, add a line here and files to
 * `corpus/<name>/`: `valid-*`, which it must accept, `bad-*`, which it must refuse, and `found-*`,
 * on which it once failed.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { DltrainError } from '@dltrain/core';
import { readCsv, readIdx } from '@dltrain/data';
import { decodeSafetensors } from '@dltrain/nn';
import { readEvents, readManifest } from '@dltrain/runtime';
import {
  checkCheckpoint,
  checkConfig,
  checkCsv,
  checkEvent,
  checkIdx,
  checkLock,
  checkManifest,
  checkWeights,
} from './accepted.js';
import { gzipped, headed, records, sealed, sized } from './structure.js';

/** @import { CheckpointManifest, LockHolder } from './accepted.js' */
/** @import { Structure } from './structure.js' */

/**
 * @typedef {object} Reader
 * @property {(bytes: Buffer) => unknown} read reads a file, may throw, and checks what it accepted
 * @property {Structure} [structure] what lies inside the file and is mutated by itself every other time
 */

/** @type {Readonly<Record<string, Reader>>} */
export const readers = {
  'config.yaml': { read: readConfig },
  idx: { read: readArray, structure: sized },
  'idx.gz': { read: readArray, structure: gzipped },
  csv: { read: readTable },
  'csv.gz': { read: readTable, structure: gzipped },
  safetensors: {
    read: (bytes) => {
      checkWeights(decodeSafetensors(bytes), bytes);
    },
    structure: headed,
  },
  events: { read: readLog, structure: records },
  'weights-manifest': {
    read: async (bytes) => {
      checkManifest(await readManifest(bytes));
    },
  },
  'checkpoint-manifest': { read: readCheckpoint, structure: sealed },
  'run-lock': { read: readLock },
};

/**
 * @typedef {object} CheckpointModule how checkpoints are read; their package tells only what it found
 * @property {(bytes: Uint8Array) => Promise<CheckpointManifest>} decodeCheckpointManifest
 * @property {(manifest: CheckpointManifest) => Promise<Uint8Array>} encodeCheckpointManifest
 */

/** @type {Promise<CheckpointModule> | undefined} */
let checkpointModule;

/** @param {Buffer} bytes */
async function readCheckpoint(bytes) {
  const place = '../../packages/runtime/dist/checkpoint/checkpoint-manifest.js';
  checkpointModule ??= /** @type {Promise<CheckpointModule>} */ (
    import(new URL(place, import.meta.url).href)
  );
  const { decodeCheckpointManifest, encodeCheckpointManifest } = await checkpointModule;
  const manifest = await decodeCheckpointManifest(bytes);
  checkCheckpoint(
    manifest,
    await decodeCheckpointManifest(await encodeCheckpointManifest(manifest)),
  );
}

/** @param {Buffer} bytes */
async function readArray(bytes) {
  checkIdx(await readIdx(bytes));
}

/** @param {Buffer} bytes */
async function readTable(bytes) {
  const options = { target: 'kind', targetType: /** @type {const} */ ('class') };
  const outcomes = await Promise.allSettled([
    readCsv(bytes, options).then(checkCsv),
    readCsv(bytes).then(checkCsv),
  ]);
  const errors = outcomes.flatMap((it) =>
    it.status === 'rejected' ? [/** @type {unknown} */ (it.reason)] : [],
  );
  const untyped = errors.filter((error) => !(error instanceof DltrainError));
  // It is enough that one of them can use the file.
  if (untyped.length > 0 || errors.length === outcomes.length) throw untyped[0] ?? errors[0];
}

/** @param {Buffer} bytes */
async function readLog(bytes) {
  for await (const event of readEvents(bytes)) checkEvent(event);
}

/**
 * @typedef {object} ConfigModules what the command is made of; its package keeps it to itself
 * @property {(file: string) => { config: unknown, originOf: (path: unknown) => string }} loadConfig
 * @property {(config: unknown, originOf: (path: unknown) => string) => string} printConfig
 */

/** @type {Promise<ConfigModules> | undefined} */
let configModules;
/** @type {string | undefined} */
let configFile;

/** A config is read from a file, as by the command. @param {Buffer} bytes */
async function readConfig(bytes) {
  configModules ??= importConfigModules();
  const { loadConfig, printConfig } = await configModules;
  configFile ??= temporaryFile('mutant.yaml');
  writeFileSync(configFile, bytes);
  const { config, originOf } = loadConfig(configFile);
  writeFileSync(configFile, printConfig(config, originOf));
  checkConfig(config, loadConfig(configFile).config);
}

/** @returns {Promise<ConfigModules>} */
async function importConfigModules() {
  const [load, print] = await Promise.all(
    ['load', 'print'].map(
      (name) => import(new URL(`../../apps/dltrain/dist/config/${name}.js`, import.meta.url).href),
    ),
  );
  return /** @type {ConfigModules} */ ({ ...load, ...print });
}

/**
 * @typedef {object} LockModules what the command is made of
 * @property {(path: string) => LockHolder | 'none' | 'torn'} readHolder
 * @property {{ check: (runDirectory: string) => void }} RunLock
 */

/** @type {Promise<LockModules> | undefined} */
let lockModules;
/** @type {string | undefined} */
let lockFile;

/** @param {Buffer} bytes */
async function readLock(bytes) {
  lockModules ??= importLockModules();
  const { readHolder, RunLock } = await lockModules;
  lockFile ??= temporaryFile('lock');
  writeFileSync(lockFile, bytes);
  const holder = readHolder(lockFile);
  if (typeof holder === 'string') throw new DltrainError(`a lock that is ${holder}`);
  // Of a process of this machine it is asked whether it runs.
  for (const host of [holder.host, hostname()]) {
    writeFileSync(lockFile, JSON.stringify({ ...holder, host }));
    checkLock(holder, complaintOf(RunLock, path.dirname(lockFile)));
  }
}

/**
 * What is said of a lock that cannot be taken.
 *
 * @param {LockModules['RunLock']} RunLock
 * @param {string} runDirectory
 */
function complaintOf(RunLock, runDirectory) {
  try {
    RunLock.check(runDirectory);
    return null;
  } catch (error) {
    if (error instanceof DltrainError) return error.message;
    throw error;
  }
}

/** @returns {Promise<LockModules>} */
async function importLockModules() {
  const [holder, lock] = await Promise.all(
    ['lock-holder', 'run-lock'].map(
      (name) => import(new URL(`../../apps/dltrain/dist/${name}.js`, import.meta.url).href),
    ),
  );
  return /** @type {LockModules} */ ({ ...holder, ...lock });
}

/** @param {string} name */
function temporaryFile(name) {
  // In memory where there is such a folder: a disk takes longer to open a file than we to read it.
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(path.join(place, 'dltrain-fuzz-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return path.join(folder, name);
}
