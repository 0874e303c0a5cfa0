import { engine, scope } from '@dltrain/core';
import { layerStatistics, type LayerStatistics } from '@dltrain/nn';
import type { RankContext } from './rank-context.js';
import { gatherBatch } from './shared-dataset.js';

/** Which samples to look at: the first of a batch. */
export interface StatisticsPlan {
  /** Steps that are done. */
  readonly step: number;
  /** Position in the epoch's order at which the batch begins, and its samples. */
  readonly start: number;
  readonly size: number;
}

/** As many samples show which units are dead, and cost a fraction of a step. */
const mostSamples = 64;

/** More layers than this would not fit a record of the event log. */
const mostLayers = 4096;

export interface StatisticsOutcome {
  readonly samples: number;
  readonly layers: readonly LayerStatistics[];
}

/**
 * What activations and gradients look like, layer by layer, under the weights in force. One rank does
 * it, between two steps, on samples that do not depend on the number of ranks; layers are in
 * evaluation mode, and random numbers are those of a place of its own. So nothing of it reaches the
 * weights.
 */
export function takeStatistics(context: RankContext, plan: StatisticsPlan): StatisticsOutcome {
  const { orders, model } = context;
  context.enter('evaluation', plan.step, 0);
  engine().random.reset(orders.seed, 'leaf', plan.step, orders.leaves);
  const samples = Math.min(plan.size, mostSamples);
  const order = orders.layout.order + plan.start * Int32Array.BYTES_PER_ELEMENT;
  model.eval();
  try {
    return scope(() => {
      const { inputs, targets } = gatherBatch(context.trainingData(), order, samples);
      const layers = layerStatistics(model, inputs, (output) => {
        const { sum, weight } = context.loss.compute(output, targets);
        return sum.div(weight);
      });
      return { samples, layers: layers.slice(0, mostLayers) };
    });
  } finally {
    model.train();
  }
}
