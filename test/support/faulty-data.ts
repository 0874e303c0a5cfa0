import { datasetFromArrays } from '@dltrain/data';
import type { TrainOptions } from '@dltrain/runtime';

const model = new URL('../fixtures/faulty-model.js', import.meta.url);
const marks = {
  none: 0,
  throw: 1001,
  trap: 1002,
  exit: 1003,
  hang: 1004,
  nan: 1005,
  log: 1006,
  leave: 1007,
};

/**
 * 40 samples in 5 steps of 8, in file order, of a model that fails in the way that its sample says. In two
 * leaves a step, sample 22 is in step 3, in its second leaf, which belongs to rank 1 of 2.
 */
export function faultyRun(
  fault: keyof typeof marks,
  sample: number,
  parallel: TrainOptions['parallel'] = {},
): TrainOptions {
  const inputs = Float32Array.from({ length: 160 }, (_, i) => (i % 7) / 7);
  if (fault !== 'none') inputs[4 * sample] = marks[fault];
  const targets = Int32Array.from({ length: 40 }, (_, i) => i % 2);
  return {
    data: { train: datasetFromArrays({ inputs, shape: [4], targets }), shuffle: false },
    model: { module: model, export: 'FaultyModel' },
    loss: 'cross_entropy',
    optimizer: { type: 'sgd', lr: 0.01 },
    trainer: { batchSize: 8, maxEpochs: 1 },
    parallel: { workers: 2, shards: 2, workerTimeout: 500, ...parallel },
  };
}
