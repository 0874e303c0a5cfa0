import { engine, noGrad } from '@dltrain/core';
import { leafBounds } from '@dltrain/data';
import { requests } from './control-block.js';
import { OptionsError } from './errors.js';
import { evaluationLeaf } from './leaves.js';
import { outputOf } from './model-output.js';
import type { EvaluatedSplit, RankContext } from './rank-context.js';
import { gatherBatch } from './shared-dataset.js';
import { leavesOf } from './tree.js';

/**
 * Loss and metrics of the weights in force over a whole split. The split is cut into leaves of 256
 * samples, whatever the number of ranks, and counted exactly.
 *
 * @returns the means: the loss first, then the metrics in their order; null when the run was asked
 *   to stop meanwhile, on every rank alike
 */
export function evaluate(context: RankContext, split: EvaluatedSplit): number[] | null {
  const { control, rank, orders, columns, model } = context;
  const shared = orders.splits[split];
  if (shared === undefined) throw new OptionsError(['data', split], `there is no ${split} split`);
  context.packPanels();
  const leaves = Math.ceil(shared.length / evaluationLeaf);
  const owned = leavesOf(rank, orders.workers, leaves);
  model.eval();
  try {
    // Nobody takes a request to stop back, so what one rank leaves out is read by none.
    const isStopped = () => control.get('stopRequest') === requests.stop;
    for (let leaf = owned.low; leaf < owned.high && !isStopped(); leaf++) {
      context.enter('evaluation', control.get('steps'), leaf);
      const [begin, end] = leafBounds(shared.length, leaves, leaf);
      noGrad(() => {
        engine().random.reset(orders.seed, 'leaf', 0, leaf);
        const indices = shared.indices + begin * Int32Array.BYTES_PER_ELEMENT;
        const { inputs, targets } = gatherBatch(shared.dataset, indices, end - begin);
        const output = outputOf(model, inputs);
        const { sum, weight } = context.loss.compute(output, targets);
        columns.set(leaf, [
          { sum: sum.item(), weight },
          ...context.metrics.map((metric) => metric.compute(output, targets)),
        ]);
      });
    }
  } finally {
    model.train();
  }
  context.meet(() => {
    control.set('stop', control.get('stopRequest'));
    context.panels.decide();
  });
  const means = control.get('stop') === requests.stop ? null : columns.means(leaves);
  // Nobody writes the columns again before all have read them.
  context.meet();
  return means;
}
