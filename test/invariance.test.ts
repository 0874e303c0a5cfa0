import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '@dltrain/data';
import { train, type TrainOptions } from '@dltrain/runtime';
import { cnnRun, mlpRun, mnistHead } from './support/small-runs.js';

// What is claimed here: the same config and seed give the same bits, whoever does the work.
// test/mutations.test.ts shows that each of these tests can fail.

let data: Dataset;
beforeAll(async () => {
  data = await mnistHead(3000);
});

async function weightsOf(options: TrainOptions): Promise<string> {
  const { weightsSha256, steps } = await train(options).result;
  expect(steps).toBe(options.trainer.maxSteps);
  return weightsSha256;
}

/** SHA-256 of the weights after 100 steps; the same on every Node and every machine. */
const expected = {
  mlp: '726ba68830e867e6c9166ec95e8b73ef02848e159b4d85f00480bd49e6cc2611',
  cnn: 'e6cbd7c07710d78cdc35d3963b5cb06e1050d8825b9377df564789e43d96c4d2',
};

describe.each([
  ['mlp', mlpRun],
  ['cnn', cnnRun],
] as const)('100 steps of the %s', (name, run) => {
  it.each([1, 2, 3, 5])('end in the same bits with %i workers', async (workers) => {
    const weights = await weightsOf(run(data, { parallel: { workers } }));
    expect(weights).toBe(expected[name]);
  });
});

describe('what else may not change a bit', () => {
  it('more workers than leaves', async () => {
    const weights = (workers: number) =>
      weightsOf(
        mlpRun(data, {
          parallel: { workers, shards: 2 },
          trainer: { batchSize: 64, maxSteps: 10 },
        }),
      );
    expect(await weights(4)).toBe(await weights(1));
  });

  it('how often is validated and whether anybody listens', async () => {
    const trainer = { batchSize: 64, maxSteps: 30 };
    const quiet = await weightsOf(mlpRun(data, { trainer }));
    const run = train(mlpRun(data, { trainer: { ...trainer, valEvery: { batches: 4 } } }));
    let validations = 0;
    for await (const event of run) if (event.event === 'validation') validations++;
    expect(validations).toBe(8);
    expect((await run.result).weightsSha256).toBe(quiet);
  });

  it('whether leaves are computed together or one after another', async () => {
    const [linear, relu, last] = [
      { type: 'linear', outFeatures: 48 },
      'relu',
      { type: 'linear', outFeatures: 10 },
    ] as const;
    const known = { input: [1, 28, 28], layers: ['flatten', linear, relu, last] } as const;
    const own = {
      module: new URL('./fixtures/small-models.js', import.meta.url),
      export: 'OneByOne',
    };
    const settings = [
      { trainer: { batchSize: 64, maxSteps: 20 }, parallel: { shards: 16 } },
      { trainer: { batchSize: 37, maxSteps: 90 }, parallel: { shards: 7 } },
      // More leaves than a kernel takes at once.
      {
        trainer: { batchSize: 200, maxSteps: 4, accumulateGradBatches: 2 },
        parallel: { shards: 200 },
      },
    ];
    const measured = async (model: TrainOptions['model'], workers: number) => {
      const [trainer, parallel] = [
        { batchSize: 64, maxSteps: 12 },
        { shards: 8, workers },
      ];
      const run = train({
        ...mlpRun(data, { trainer, parallel }),
        model,
        loss: { type: 'cross_entropy', labelSmoothing: 0.1, ignoreIndex: 3 },
        metrics: ['accuracy'],
      });
      const seen: unknown[] = [];
      for await (const event of run) {
        if (event.event === 'step') seen.push([event.loss, event.metrics]);
      }
      return [...seen, (await run.result).weightsSha256];
    };
    const expected = await measured(own, 1);
    for (const workers of [1, 2, 3]) expect(await measured(known, workers)).toEqual(expected);
    for (const { trainer, parallel } of settings) {
      const weights = (model: TrainOptions['model'], workers: number) =>
        weightsOf({ ...mlpRun(data, { trainer, parallel: { ...parallel, workers } }), model });
      const expectedBits = await weights(own, 1);
      for (const workers of [1, 2, 3]) expect(await weights(known, workers)).toBe(expectedBits);
    }
  });

  it('short batches and odd leaf counts, per number of workers', async () => {
    const weights = (workers: number) =>
      weightsOf(
        mlpRun(data, {
          parallel: { workers, shards: 7 },
          trainer: { batchSize: 37, maxSteps: 80, accumulateGradBatches: 2 },
        }),
      );
    const one = await weights(1);
    expect(await weights(2)).toBe(one);
    expect(await weights(3)).toBe(one);
  });
});

describe('what must change the bits', () => {
  const short = { trainer: { batchSize: 64, maxSteps: 5 } };

  it('the seed, the leaves, the batch', async () => {
    const runs = [
      mlpRun(data, short),
      mlpRun(data, { ...short, seed: 8 }),
      mlpRun(data, { ...short, parallel: { shards: 8 } }),
      mlpRun(data, { trainer: { batchSize: 65, maxSteps: 5 } }),
    ];
    const weights: string[] = [];
    for (const run of runs) weights.push(await weightsOf(run));
    expect(new Set(weights).size).toBe(runs.length);
  });
});
