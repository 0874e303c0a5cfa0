import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '@dltrain/data';
import { saveSafetensors, type LayerSpec } from '@dltrain/nn';
import { train } from '@dltrain/runtime';
import { mnistHead } from './support/small-runs.js';

// The losses of PyTorch come from scripts/make-training-goldens.py.
const goldens = JSON.parse(
  await readFile(new URL('./goldens/training.json', import.meta.url), 'utf8'),
) as { batch: number; mlp: number[]; cnn: number[] };

const conv = (outChannels: number): LayerSpec[] => [
  { type: 'conv2d', outChannels, kernelSize: 3, padding: 'same' },
  'relu',
  { type: 'max_pool2d', kernelSize: 2 },
];
const layers: Record<'mlp' | 'cnn', LayerSpec[]> = {
  mlp: [
    'flatten',
    { type: 'linear', outFeatures: 32 },
    'relu',
    { type: 'linear', outFeatures: 10 },
  ],
  cnn: [...conv(4), ...conv(8), 'flatten', { type: 'linear', outFeatures: 10 }],
};
const shapes: Record<'mlp' | 'cnn', Record<string, number[]>> = {
  mlp: { '1.weight': [32, 784], '1.bias': [32], '3.weight': [10, 32], '3.bias': [10] },
  cnn: {
    '0.weight': [4, 1, 3, 3],
    '0.bias': [4],
    '3.weight': [8, 4, 3, 3],
    '3.bias': [8],
    '7.weight': [10, 392],
    '7.bias': [10],
  },
};

/** The formula of the script that made the goldens. */
function firstWeights(shape: readonly number[]): Float32Array {
  const size = (axes: readonly number[]) => axes.reduce((product, axis) => product * axis, 1);
  const fanIn = shape.length > 1 ? size(shape.slice(1)) : 64;
  return Float32Array.from(
    { length: size(shape) },
    (_, i) => ((((i * 7919) % 1009) / 1009 - 0.5) * 2) / Math.sqrt(fanIn),
  );
}

let data: Dataset;
let folder: string;
beforeAll(async () => {
  data = await mnistHead(50 * goldens.batch);
  folder = await mkdtemp(path.join(tmpdir(), 'dltrain-weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(['mlp', 'cnn'] as const)('the %s', (net) => {
  it('loses what it loses in PyTorch, step by step, to 1e-4', async () => {
    const weights = new Map(
      Object.entries(shapes[net]).map(([name, shape]) => [
        name,
        { dtype: 'f32' as const, shape, data: firstWeights(shape) },
      ]),
    );
    const initFrom = path.join(folder, `${net}.safetensors`);
    await saveSafetensors(initFrom, weights);
    const run = train({
      data: {
        train: data,
        shuffle: false,
        transforms: [{ type: 'normalize', mean: [0.1307], std: [0.3081] }],
      },
      model: { input: [1, 28, 28], layers: layers[net] },
      loss: 'cross_entropy',
      optimizer: { type: 'sgd', lr: 0.05, momentum: 0.9 },
      trainer: { batchSize: goldens.batch, maxEpochs: 1 },
      initFrom,
      parallel: { workers: 2 },
    });
    const losses: number[] = [];
    for await (const event of run) if (event.event === 'step') losses.push(event.loss);
    await run.result;
    expect(losses).toHaveLength(50);
    losses.forEach((loss, step) => {
      const golden = goldens[net][step] ?? NaN;
      expect(Math.abs(loss - golden) / golden, `step ${step + 1}`).toBeLessThan(1e-4);
    });
  });
});
