import { crossEntropy, tensor } from '@dltrain/core';
import { permutation } from '@dltrain/data';
import { buildLayers, initialize, layerStatistics } from '@dltrain/nn';
import { train, type StatisticsEvent, type TrainOptions } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { tinyData, tinyRun } from './support/tiny-data.js';

/** Dropout, so that a random number drawn too much would show. */
const model = {
  input: [3],
  layers: [
    { type: 'linear', outFeatures: 16 },
    'relu',
    { type: 'dropout', p: 0.3 },
    { type: 'linear', outFeatures: 2 },
  ],
} as const;

async function run(more: Partial<TrainOptions>) {
  const found: StatisticsEvent[] = [];
  const trainer = { batchSize: 32, maxEpochs: 3 };
  const data = { train: tinyData(96) };
  const started = train(tinyRun({ model, trainer, data, ...more }));
  for await (const event of started) if (event.event === 'statistics') found.push(event);
  const { weightsSha256 } = await started.result;
  return { found, weightsSha256 };
}

describe('statisticsEvery', () => {
  it('leaves the weights as they are, and gives the same for any number of workers', async () => {
    const without = await run({});
    expect(without.found).toEqual([]);
    const every = { statisticsEvery: { batches: 2 } } as const;
    const [one, three] = [
      await run({ ...every, parallel: { workers: 1 } }),
      await run({ ...every, parallel: { workers: 3 } }),
    ];
    expect(one.weightsSha256).toBe(without.weightsSha256);
    expect(three.weightsSha256).toBe(without.weightsSha256);
    const timeless = ({ found }: typeof one) => found.map((event) => ({ ...event, elapsedMs: 0 }));
    expect(timeless(three)).toEqual(timeless(one));
    expect(one.found.map(({ step, epoch }) => [step, epoch])).toEqual([
      [0, 0],
      [2, 1],
      [4, 2],
      [6, 2],
      [8, 3],
    ]);
  });

  it('looks at the batch to come before the first step, as the model alone does', async () => {
    const { found } = await run({ statisticsEvery: { epochs: 1 } });
    expect(found.map(({ step }) => step)).toEqual([0, 3, 6, 9]);
    const alone = buildLayers(model);
    initialize(alone, 3);
    alone.eval();
    const { inputs, targets } = tinyData(96);
    const first = [...permutation(96, 3, 0)].slice(0, 32);
    const x = tensor(first.map((i) => [...inputs.data.slice(3 * i, 3 * i + 3)]));
    const y = tensor(Int32Array.from(first, (i) => targets?.data[i] ?? 0));
    const rows = layerStatistics(alone, x, (output) => crossEntropy(output, y));
    const [start] = found;
    expect(start?.samples).toBe(32);
    expect(start?.layers.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      '0 Linear',
      '1 ReLU',
      '2 Dropout',
      '3 Linear',
    ]);
    start?.layers.forEach((layer, i) => {
      expect(layer.zeros).toBe(rows[i]?.zeros);
      expect(layer.dead).toBe(rows[i]?.dead);
      expect(layer.activation.deviation).toBeCloseTo(rows[i]?.activation.deviation ?? NaN, 6);
      expect(layer.gradient?.norm).toBeCloseTo(rows[i]?.gradient?.norm ?? NaN, 6);
    });
  });

  it('takes no more memory the more often it is done', async () => {
    const peakAfter = async (maxSteps: number) => {
      const { result } = train(
        tinyRun({
          ...{ model, data: { train: tinyData(96) }, trainer: { batchSize: 32, maxSteps } },
          ...{ parallel: { workers: 1 }, statisticsEvery: { batches: 1 }, timeline: {} },
        }),
      );
      const { timelines } = await result;
      return timelines[0]?.arenaPeakBytes;
    };
    const peak = await peakAfter(3);
    expect(peak).toBeGreaterThan(0);
    expect(await peakAfter(30)).toBe(peak);
  });

  it('shows ReLUs die at a learning rate that is too high', async () => {
    const optimizer = { type: 'sgd', lr: 300 } as const;
    const { found } = await run({ statisticsEvery: { batches: 1 }, optimizer });
    const deadUnits = found.map(({ layers }) => layers[1]?.dead ?? NaN);
    expect(deadUnits[0]).toBeLessThan(0.1);
    expect(deadUnits.at(-1)).toBeGreaterThan(0.5);
  });
});
