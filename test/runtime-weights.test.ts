import { train, type TrainEvent, type TrainOptions, type WeightsEvent } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { sha256 } from './support/small-runs.js';
import { tinyData, tinyRun } from './support/tiny-data.js';

/** Two epochs of six steps, with validations between. */
function options(more: Partial<TrainOptions> = {}): TrainOptions {
  return tinyRun({
    data: { train: tinyData(96), val: tinyData(8) },
    trainer: { batchSize: 16, maxEpochs: 2, valEvery: { batches: 4 } },
    ...more,
  });
}

async function events(more: Partial<TrainOptions>) {
  const run = train(options(more));
  const found: TrainEvent[] = [];
  for await (const event of run) found.push(event);
  return { found, result: await run.result };
}

const isWeights = (event: TrainEvent): event is WeightsEvent => event.event === 'weights';

describe('hashWeights', () => {
  it('tells the weights after every step, once that step was told', async () => {
    const { found, result } = await events({ hashWeights: true });
    const weights = found.filter(isWeights);
    expect(weights.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    for (const event of weights) {
      const before = found[found.indexOf(event) - 1];
      expect(before).toMatchObject({ event: 'step', step: event.step });
    }
    const ofResult = [...result.weights].map(([name, { data }]): [string, string] => [
      name,
      sha256(new Uint8Array(data.buffer)),
    ]);
    expect(weights.at(-1)).toEqual({
      event: 'weights',
      step: 12,
      sha256: result.weightsSha256,
      parameters: Object.fromEntries(ofResult),
    });
  });

  it('tells what a run that ended there would have saved, with any number of workers', async () => {
    const { found, result } = await events({ hashWeights: true, parallel: { workers: 3 } });
    const at = new Map(found.filter(isWeights).map(({ step, sha256: hash }) => [step, hash]));
    for (const maxSteps of [1, 7]) {
      const { trainer } = options();
      const ended = await train(options({ trainer: { ...trainer, maxSteps } })).result;
      expect(at.get(maxSteps)).toBe(ended.weightsSha256);
    }
    const { found: plain, result: whole } = await events({});
    expect(plain.filter(isWeights)).toEqual([]);
    expect(whole.weightsSha256).toBe(result.weightsSha256);
  });
});
