import { execFileSync } from 'node:child_process';
import os from 'node:os';
import process from 'node:process';

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
 * @property {number} load of the last minute, when the run began
 */

/**
 * @param {readonly import('@dltrain/kernels').CompiledKernels[]} compiled
 * @returns {Machine}
 */
export function describeMachine(compiled) {
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
    load: os.loadavg()[0] ?? 0,
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
    ...(rest.load > 0.5
      ? [`note      others keep ${rest.load.toFixed(1)} cores busy: trust ratios, not figures`]
      : []),
  ];
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
