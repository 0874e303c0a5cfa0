/** Everybody who can train a workload here. */
import { trainWithJavaScriptPeers } from '../peers/javascript.js';
import { trainWithPyTorch, trainWithPyTorchDdp } from '../peers/pytorch.js';
import { startDltrain } from './dltrain.js';

const counts = [1, 2];

/**
 * One and two workers of ours, exact and fast, under each Node; PyTorch with as many threads, and as
 * processes; the peers from npm. When it has to be quick, only ours in exact mode, PyTorch on one thread
 * and its processes.
 *
 * @param {import('../workloads/workload.js').Workload} workload
 * @param {Pick<import('../suite.js').Context, 'nodes' | 'quick'>} context
 */
export async function startField(workload, { nodes, quick }) {
  const modes = quick ? /** @type {const} */ (['exact']) : /** @type {const} */ (['exact', 'fast']);
  const entries = nodes.flatMap((node) =>
    modes.flatMap((mode) => counts.map((workers) => ({ node, mode, workers }))),
  );
  const [ours, pytorch, group, javascript] = await Promise.all([
    Promise.all(
      entries.map(async ({ node, ...run }) => {
        const contender = await startDltrain(node, { workload: workload.name, ...run });
        return { node, ...run, contender };
      }),
    ),
    Promise.all(
      (quick ? counts.slice(0, 1) : counts).map((threads) => trainWithPyTorch(threads, workload)),
    ),
    trainWithPyTorchDdp(Math.max(...counts), workload),
    quick ? [] : trainWithJavaScriptPeers(workload),
  ]);
  return { ours, peers: [...pytorch, group, ...javascript].filter((peer) => peer !== null) };
}
