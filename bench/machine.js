import { execFileSync } from 'node:child_process';
import os from 'node:os';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

/** Long enough for the system's clock ticks to count. */
const watchMs = 500;

/**
 * What a figure means nothing without.
 *
 * @typedef {object} Machine
 * @property {string} cpu
 * @property {number} cores
 * @property {number} memoryGiB
 * @property {string} platform
 * @property {string} node
 * @property {string} v8
 * @property {readonly string[]} variants of the kernels, in the order exact, fast
 * @property {readonly string[]} kernelsSha256 of the .wasm files, in the same order
 * @property {string} commit
 * @property {string} date
 * @property {number} busy cores that others used just before the run
 */

/**
 * @param {readonly import('@dltrain/kernels').CompiledKernels[]} compiled
 * @returns {Promise<Machine>}
 */
export async function describeMachine(compiled) {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.platform()} ${os.release()} ${os.arch()}`,
    node: process.version,
    v8: process.versions.v8,
    variants: compiled.map(({ variant }) => variant),
    kernelsSha256: compiled.map(({ sha256 }) => sha256),
    commit: commit(),
    date: new Date().toISOString(),
    busy: await busyCores(),
  };
}

/** @param {Machine} machine */
export function machineLines({ cpu, cores, memoryGiB, platform, node, v8, variants, ...rest }) {
  return [
    `machine   ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${platform}`,
    `engine    Node ${node}, V8 ${v8}`,
    `kernels   ${variants.join(', ')}`,
    `commit    ${rest.commit}`,
    `date      ${rest.date}`,
    ...busyNote(rest.busy),
  ];
}

/**
 * @param {number} busy
 * @returns {string[]} a warning, where there is reason for one
 */
export function busyNote(busy) {
  return busy < 0.2
    ? []
    : [`note      others keep ${busy.toFixed(1)} cores busy: trust ratios, not figures`];
}

/** How many cores are busy, while this process sleeps. */
export async function busyCores() {
  const before = coreTimes();
  await delay(watchMs);
  const after = coreTimes();
  const all = after.all - before.all;
  return all > 0 ? (1 - (after.idle - before.idle) / all) * os.cpus().length : 0;
}

function coreTimes() {
  const times = os.cpus().map((core) => core.times);
  return {
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    all: times.flatMap((time) => Object.values(time)).reduce((sum, time) => sum + time, 0),
  };
}

function commit() {
  try {
    const at = { cwd: import.meta.dirname, encoding: /** @type {const} */ ('utf8') };
    const hash = execFileSync('git', ['rev-parse', '--short', 'HEAD'], at).trim();
    const changes = execFileSync('git', ['status', '--porcelain', '-uno'], at).trim();
    return changes === '' ? hash : `${hash} with changes`;
  } catch {
    return 'unknown'; // no git, or an unpacked archive
  }
}
