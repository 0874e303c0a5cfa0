import { crossEntropy, noGrad, tensor, type Tensor } from '@dltrain/core';
import type { Dataset } from '@dltrain/data';
import { Adam, buildLayers, clipGradNorm, initialize, SGD, type Module } from '@dltrain/nn';
import { train, type StepEvent, type TrainOptions, type TrainResult } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { Doubles, Uneven } from './fixtures/small-models.js';
import { smallModels, tinyData, tinyRun } from './support/tiny-data.js';

// Training on ranks against a plain loop on this thread.

/** Batches in the order of the data, as tensors. */
function* batchesOf({ inputs, targets, length }: Dataset, size: number) {
  for (let start = 0; start < length; start += size) {
    const end = Math.min(start + size, length);
    yield {
      x: tensor(inputs.data.slice(3 * start, 3 * end)).reshape([end - start, 3]),
      y: tensor((targets?.data ?? new Int32Array()).slice(start, end)),
    };
  }
}

interface Stepper {
  zeroGrad(): void;
  step(): void;
}

/** Weights and norms after one epoch of a plain loop. */
function plainLoop(
  model: Module,
  optimizer: Stepper,
  data: Dataset,
  { batch = 16, clip = Infinity } = {},
): { weights: Map<string, number[]>; norms: number[] } {
  initialize(model, 3);
  const norms: number[] = [];
  for (const { x, y } of batchesOf(data, batch)) {
    optimizer.zeroGrad();
    const loss: Tensor = crossEntropy(model.forward(x), y);
    loss.backward();
    norms.push(clipGradNorm(model.parameters(), clip));
    optimizer.step();
  }
  return { weights: valuesOf(model), norms };
}

const valuesOf = (model: Module) =>
  noGrad(() => new Map([...model.namedParameters()].map(([name, p]) => [name, [...p.view()]])));

function expectClose(result: TrainResult, weights: ReadonlyMap<string, readonly number[]>): void {
  expect([...result.weights.keys()].toSorted()).toEqual([...weights.keys()].toSorted());
  for (const [name, { data }] of result.weights) {
    const expected = weights.get(name) ?? [];
    expect(data).toHaveLength(expected.length);
    data.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? NaN)), `${name}[${i}]`).toBeLessThan(1e-5);
    });
  }
}

async function stepsOf(
  options: TrainOptions,
): Promise<{ steps: StepEvent[]; result: TrainResult }> {
  const run = train(options);
  const steps: StepEvent[] = [];
  for await (const event of run) if (event.event === 'step') steps.push(event);
  return { steps, result: await run.result };
}

describe('clipping', () => {
  it.each([0.05, 1, 1e6])('by a norm of %d is that of PyTorch', async (clip) => {
    const options = tinyRun({ trainer: { batchSize: 16, maxEpochs: 1, clipGradNorm: clip } });
    const { steps, result } = await stepsOf(options);
    const model = buildLayers(tinyLayers);
    const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
    const { weights, norms } = plainLoop(model, optimizer, tinyData(96), { clip });
    expectClose(result, weights);
    expect(steps).toHaveLength(norms.length);
    steps.forEach(({ gradNorm }, i) => {
      expect(Math.abs((gradNorm ?? NaN) / (norms[i] ?? NaN) - 1)).toBeLessThan(1e-5);
    });
  });
});

const tinyLayers = {
  input: [3],
  layers: [{ type: 'linear', outFeatures: 8 }, 'tanh', { type: 'linear', outFeatures: 2 }],
} as const;

describe('accumulation', () => {
  it('of k batches is one batch k times as large, cut into the same leaves', async () => {
    // 100 samples: the last group is short, and so is its last batch.
    const data = { train: tinyData(100), val: { split: 0.2 } };
    const grouped = tinyRun({
      data,
      trainer: { batchSize: 8, maxEpochs: 1, accumulateGradBatches: 3, clipGradNorm: 1 },
      parallel: { workers: 2, shards: 4 },
    });
    const whole = tinyRun({
      data,
      trainer: { batchSize: 24, maxEpochs: 1, clipGradNorm: 1 },
      parallel: { workers: 3, shards: 12 },
    });
    const [first, second] = [await train(grouped).result, await train(whole).result];
    expect(first.steps).toBe(4);
    expect(first.weightsSha256).toBe(second.weightsSha256);
    expect(first.metrics).toEqual(second.metrics);
  });

  it('drops only the short batch of the last group', async () => {
    const options = tinyRun({
      data: { train: tinyData(60), dropLast: true, shuffle: false },
      trainer: { batchSize: 8, maxEpochs: 1, accumulateGradBatches: 3 },
    });
    const { steps } = await stepsOf(options);
    expect(steps.map(({ samples }) => samples)).toEqual([24, 24, 8]);
  });
});

describe('parameters of every kind', () => {
  it('in 64 bits', async () => {
    const options = tinyRun({ model: { module: smallModels, export: 'Doubles' } });
    const result = await train(options).result;
    expect(result.weights.get('weight')?.dtype).toBe('f64');
    const model = new Doubles();
    const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
    expectClose(result, plainLoop(model, optimizer, tinyData(96)).weights);
  });

  // Which steps use the parameter that takes part now and then: in all leaves, in one, in none.
  const marks: Record<string, (sample: number) => number | null> = {
    'every second step': (sample) => (Math.floor(sample / 16) % 2 === 0 ? 9 : null),
    'no step': () => null,
  };
  it.each(Object.keys(marks))('frozen, tied, unused, or used in %s', async (when) => {
    const data = tinyData(96, marks[when]);
    const runs = [1, 3].map((workers) =>
      tinyRun({
        data: { train: data, shuffle: false },
        model: { module: smallModels, export: 'Uneven' },
        optimizer: { type: 'adam', lr: 0.05, weightDecay: 0.1 },
        trainer: { batchSize: 16, maxEpochs: 1, clipGradNorm: 0.5 },
        parallel: { workers, shards: 4 },
      }),
    );
    const results: TrainResult[] = [];
    for (const run of runs) results.push(await train(run).result);
    expect(new Set(results.map(({ weightsSha256 }) => weightsSha256)).size).toBe(1);
    const model = new Uneven();
    const trained = model.parameters().filter(({ requiresGrad }) => requiresGrad);
    const optimizer = new Adam(trained, { lr: 0.05, weightDecay: 0.1 });
    // A mark at the beginning of each leaf of 4 samples is what the whole batch goes by here.
    const { weights } = plainLoop(model, optimizer, data, { clip: 0.5 });
    for (const result of results) expectClose(result, weights);
  });

  it('with a gradient in some leaves only, whoever owns them', async () => {
    // Leaves 2 and 3 of each step, but none on the left of them.
    const data = tinyData(96, (sample) => (sample % 16 >= 8 ? 9 : null));
    const hashes: string[] = [];
    for (const workers of [1, 4, 5]) {
      const run = tinyRun({
        data: { train: data, shuffle: false },
        model: { module: smallModels, export: 'Uneven' },
        trainer: { batchSize: 16, maxEpochs: 1, clipGradNorm: 0.5 },
        parallel: { workers, shards: 4 },
      });
      hashes.push((await train(run).result).weightsSha256);
    }
    expect(new Set(hashes).size).toBe(1);
  });
});

describe('mode fast', () => {
  it('trains as well', async () => {
    const [fast, exact] = await Promise.all(
      (['fast', 'exact'] as const).map((mode) =>
        stepsOf(tinyRun({ parallel: { workers: 2, mode } })),
      ),
    );
    const last = (run: typeof fast) => run?.steps.at(-1)?.loss ?? NaN;
    expect(last(fast)).toBeCloseTo(last(exact), 3);
  });
});

describe('evaluation', () => {
  it.each([1, 255, 256, 257, 700])('counts %i samples exactly', async (count) => {
    const results: TrainResult[] = [];
    for (const workers of [1, 3]) {
      const run = tinyRun({
        data: { train: tinyData(32), test: tinyData(count), shuffle: false },
        metrics: ['accuracy'],
        trainer: { batchSize: 16, maxSteps: 0 },
        parallel: { workers },
      });
      results.push(await train(run).result);
    }
    const [first] = results;
    for (const { metrics } of results) expect(metrics).toEqual(first?.metrics);
    const model = buildLayers(tinyLayers);
    initialize(model, 3);
    const [all] = batchesOf(tinyData(count), count);
    if (all === undefined) throw new Error('There are samples.');
    const scores = noGrad(() => model.forward(all.x));
    const guesses = [...scores.argmax({ axis: 1 }).view()];
    const right = guesses.filter((guess, i) => guess === all.y.view()[i]).length;
    expect(first?.metrics.test_accuracy).toBe(right / count);
    expect(first?.metrics.test_loss).toBeCloseTo(crossEntropy(scores, all.y).item(), 5);
  });
});

describe('the memory that ranks share', () => {
  it('has a row for each leaf of what is evaluated, and none for the training set', async () => {
    const bytesOf = async (samples: number) => {
      const data = { train: tinyData(samples) };
      const run = train(tinyRun({ data, trainer: { batchSize: 16, maxSteps: 1 } }));
      return (await run.result).sharedBytes;
    };
    const [few, more, many] = [await bytesOf(64), await bytesOf(128), await bytesOf(64 * 257)];
    expect(many - few).toBe(256 * (more - few));
  });
});

describe('a loss that counts no sample', () => {
  it('ends the run before the step', async () => {
    const run = train(tinyRun({ loss: { module: smallModels, export: 'weightless' } }));
    await expect(run.result).rejects.toThrow(/step 1: the weight of the loss .* is 0/);
  });
});
