/** The peers from npm, each in a process of its own under the Node that runs this. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { LineProcess } from '../line-process.js';
import { contenderOf } from '../training/contender.js';
import { installedPeer } from './installation.js';
import { isLinearNet } from './linear-net.js';

/** @typedef {import('../workloads/workload.js').Workload} Workload */
/** @typedef {import('../training/contender.js').TrainingContender} TrainingContender */

/** @type {readonly { name: string, script: URL, packages: readonly import('./installation.js').PeerPackage[] }[]} */
const peers = [
  {
    name: 'jax-js',
    script: new URL('jax-js-process.js', import.meta.url),
    packages: ['@jax-js/jax'],
  },
  {
    name: 'TensorFlow.js wasm',
    script: new URL('tensorflow-js-process.js', import.meta.url),
    packages: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'],
  },
];

/** Names of those that are not installed. */
export function absentPeers() {
  return peers
    .filter(({ packages }) => packages.some((name) => installedPeer(name) === null))
    .map(({ name }) => name);
}

/**
 * Those that are installed, for a net that they can train.
 *
 * @param {Workload} workload
 * @returns {Promise<TrainingContender[]>}
 */
export async function trainWithJavaScriptPeers(workload) {
  if (!isLinearNet(workload.net)) return [];
  /** @type {TrainingContender[]} */
  const started = [];
  for (const { name, script, packages } of peers) {
    const found = packages.flatMap((one) => installedPeer(one) ?? []);
    if (found.length < packages.length) continue;
    const args = [...found.map(({ main }) => main), found[0]?.version ?? ''];
    const child = new LineProcess(process.execPath, [fileURLToPath(script), ...args]);
    const about = /** @type {object} */ (await child.answer());
    started.push(contenderOf(name, 1, { ...about }, [child], workload));
  }
  return started;
}
