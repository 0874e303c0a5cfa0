/** Everybody who can train a workload here. */
import { trainWithJavaScriptPeers } from '../peers/javascript.js';
import { trainWithPyTorch, trainWithPyTorchDdp } from '../peers/pytorch.js';
import { startDltrain } from './dltrain.js';

/** @typedef {import('./contender.js').TrainingContender} TrainingContender */

const counts = [1, 2];

/**
 * One and two workers of ours, exact and fast, under each Node; PyTorch with as many threads, and as
 * processes; the peers from npm.
 *
 * @param {import('../workloads/workload.js').Workload} workload
 * @param {Pick<import('../suite.js').Context, 'nodes' | 'quick'>} context
 */
export async function startField(workload, { nodes, quick }) {
  /** @type {readonly ('exact' | 'fast')[]} */
  const modes = quick ? ['exact'] : ['exact', 'fast'];
  const ours = [];
  for (const node of nodes) {
    for (const mode of modes) {
      for (const workers of counts) {
        ours.push({
          node,
          mode,
          workers,
          contender: await startDltrain(node, { workload: workload.name, workers, mode }),
        });
      }
    }
  }
  /** @type {TrainingContender[]} */
  const peers = [];
  for (const threads of counts) {
    const peer = await trainWithPyTorch(threads, workload);
    if (peer !== null) peers.push(peer);
  }
  const group =
    peers.length === 0 ? null : await trainWithPyTorchDdp(Math.max(...counts), workload);
  if (group !== null) peers.push(group);
  peers.push(...(await trainWithJavaScriptPeers(workload)));
  return { ours, peers };
}
