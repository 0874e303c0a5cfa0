import { datasetFromArrays } from '@dltrain/data';

/** @import { Dataset } from '@dltrain/data' */
/** @import { TrainOptions } from '@dltrain/runtime' */

/**
 * Samples of three features in two classes; `mark` may change the first feature of a sample.
 *
 * @param {number} count
 * @param {(sample: number) => number | null} [mark]
 * @returns {Dataset}
 */
export function tinyData(count, mark) {
  const inputs = Float32Array.from({ length: 3 * count }, (_, i) => Math.sin(i * i + 1));
  for (let sample = 0; sample < count; sample++) {
    const value = mark?.(sample) ?? null;
    if (value !== null) inputs[3 * sample] = value;
  }
  const targets = Int32Array.from({ length: count }, (_, i) =>
    (inputs[3 * i + 1] ?? 0) + (inputs[3 * i + 2] ?? 0) > 0 ? 1 : 0,
  );
  return datasetFromArrays({ inputs, shape: [3], targets, classes: 2 });
}

/**
 * A net for such samples that draws random numbers.
 *
 * @type {TrainOptions['model']}
 */
export const dropoutNet = {
  input: [3],
  layers: [
    { type: 'linear', outFeatures: 8 },
    'tanh',
    { type: 'dropout', p: 0.2 },
    { type: 'linear', outFeatures: 2 },
  ],
};

export const smallModels = new URL('../fixtures/small-models.js', import.meta.url);

/**
 * One epoch of two workers over 96 such samples, in batches of 16, in the order of the data.
 *
 * @param {Partial<TrainOptions>} [more]
 * @returns {TrainOptions}
 */
export function tinyRun(more = {}) {
  return {
    seed: 3,
    data: { train: tinyData(96), shuffle: false },
    model: {
      input: [3],
      layers: [{ type: 'linear', outFeatures: 8 }, 'tanh', { type: 'linear', outFeatures: 2 }],
    },
    loss: 'cross_entropy',
    optimizer: { type: 'sgd', lr: 0.1, momentum: 0.9 },
    trainer: { batchSize: 16, maxEpochs: 1 },
    parallel: { workers: 2 },
    ...more,
  };
}
