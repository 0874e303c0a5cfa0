import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TrainOptions, TrainResult } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../support/small-runs.js';
import { tinyData } from '../support/tiny-data.js';
import {
  run,
  told,
  afterStep,
  ofKind,
  linesOf,
  every,
  numbersTo,
  placesOfTests,
} from '../support/checkpointed-run.js';

const place = placesOfTests();

/** Runs undisturbed; then stopped and resumed, twice, with other workers each time. */
async function expectSameAfterStops(
  options: TrainOptions,
  stops: readonly number[],
): Promise<TrainResult> {
  const undisturbed = await told({ ...options, runDir: place('undisturbed') });
  const runDir = place('resumed');
  let stopped = await told(
    { ...options, runDir, parallel: { workers: 2 } },
    afterStep(stops[0] ?? 0),
  );
  for (const [i, workers] of [1, 3].entries()) {
    expect(stopped.result.reason).toBe('stopped');
    const before = stopped.result.steps;
    const next = stops[i + 1] ?? Infinity;
    stopped = await told(
      { ...options, runDir, resume: runDir, parallel: { workers } },
      afterStep(next),
    );
    expect(stopped.events.slice(0, 2).map(({ event }) => event)).toEqual(['start', 'resume']);
    expect(ofKind(stopped.events, 'resume')[0]).toMatchObject({ step: before, workers });
    expect(ofKind(stopped.events, 'warning')).toEqual([]);
  }
  expect(stopped.result.weightsSha256).toBe(undisturbed.result.weightsSha256);
  expect(stopped.result.metrics).toEqual(undisturbed.result.metrics);
  expect(stopped.result.reason).toBe(undisturbed.result.reason);
  expect(await linesOf(runDir)).toEqual(await linesOf(place('undisturbed')));
  const file = await readFile(path.join(runDir, 'model.safetensors'));
  expect(sha256(file)).toBe(undisturbed.result.weightsSha256);
  return stopped.result;
}

describe('a run that was stopped and resumed ends with the bits and the log of one that was not', () => {
  it('with momentum, dropout, clipping and a schedule', async () => {
    await expectSameAfterStops(run(), [4, 17]);
  });

  it('with adam and batches that are joined', async () => {
    const trainer = { batchSize: 4, accumulateGradBatches: 2, maxEpochs: 3 };
    await expectSameAfterStops(run({ optimizer: { type: 'adam', lr: 0.01 }, trainer }), [7, 20]);
  });

  it('with early stopping, statistics and checkpoints on the way', async () => {
    const options = run({
      optimizer: { type: 'sgd', lr: 0.3 },
      trainer: { batchSize: 8, maxEpochs: 30, valEvery: { batches: 3 } },
      earlyStopping: { monitor: 'val_loss', mode: 'min', patience: 4 },
      statisticsEvery: { batches: 4 },
      checkpoint: { ...every(7), monitor: 'val_loss' },
    });
    expect((await expectSameAfterStops(options, [5, 9])).reason).toBe('early_stopping');
  });

  it('with parameters in 64 bits, in file order, cut short in the middle of an epoch', async () => {
    const model = {
      module: new URL('../fixtures/small-models.js', import.meta.url),
      export: 'Doubles',
    };
    const data = { train: tinyData(100), shuffle: false };
    const trainer = { batchSize: 16, maxSteps: 25 };
    await expectSameAfterStops(run({ model, data, trainer, metrics: [] }), [6, 13]);
  });

  it('with parameters that are not used in every step', async () => {
    const model = {
      module: new URL('../fixtures/small-models.js', import.meta.url),
      export: 'Uneven',
    };
    const optimizer = { type: 'adam', lr: 0.01 } as const;
    await expectSameAfterStops(run({ model, optimizer }), [3, 11]);
  });
});

describe('hashes of the weights after every step', () => {
  it('are those of the run, before and after it was resumed', async () => {
    const runDir = place('run');
    const hashed = await told(run({ hashWeights: true, parallel: { workers: 2 } }));
    const weights = ofKind(hashed.events, 'weights');
    expect(weights.map(({ step }) => step)).toEqual(numbersTo(36));
    expect(weights.at(-1)?.sha256).toBe(hashed.result.weightsSha256);
    const plain = await told(run({ runDir }), afterStep(15));
    const { steps, weightsSha256 } = plain.result;
    expect(weights[steps - 1]?.sha256).toBe(weightsSha256);
    const resumed = await told(run({ resume: runDir, hashWeights: true }));
    expect(ofKind(resumed.events, 'weights')).toEqual(weights.slice(steps));
    const bytes = hashed.result.weights.get('0.bias')?.data ?? new Float32Array();
    expect(weights.at(-1)?.parameters['0.bias']).toBe(sha256(new Uint8Array(bytes.buffer)));
    expect(Object.keys(weights[0]?.parameters ?? {})).toHaveLength(4);
  });
});
