import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { engine } from '@dltrain/core';
import {
  readEvents,
  readManifest,
  train,
  type TrainEvent,
  type TrainOptions,
} from '@dltrain/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { smallModels, tinyData, tinyRun } from './support/tiny-data.js';
import { sha256 } from './support/small-runs.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dltrain-run-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function eventsOf(run: AsyncIterable<TrainEvent>): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

/** More steps than any test waits for. */
const endless = { batchSize: 16, maxSteps: 1_000_000 };

const watched = (options: object): TrainOptions['model'] => ({
  module: smallModels,
  export: 'Watched',
  args: [options],
});

/** A model that is never made, and a count of who has begun to make it. */
function neverMade(where: 'main thread' | 'ranks') {
  const called = new Int32Array(new SharedArrayBuffer(4));
  const model = { module: smallModels, export: 'neverMade', args: [called, where] };
  return { called, model };
}

describe('a run ends', () => {
  it('after its steps, in the middle of an epoch', async () => {
    const result = await train(tinyRun({ trainer: { batchSize: 16, maxSteps: 8 } })).result;
    expect(result).toMatchObject({ reason: 'max_steps', steps: 8, epochs: 2 });
  });

  it('early, when a metric does not improve', async () => {
    const run = train(
      tinyRun({
        data: { train: tinyData(96), val: { split: 0.25 } },
        // With a learning rate of 0 nothing ever improves.
        optimizer: { type: 'sgd', lr: 0 },
        trainer: { batchSize: 16, maxEpochs: 50, valEvery: { batches: 2 } },
        earlyStopping: { monitor: 'val_loss', mode: 'min', patience: 3 },
      }),
    );
    const events = await eventsOf(run);
    const validations = events.filter(({ event }) => event === 'validation');
    expect(validations).toHaveLength(4);
    expect(await run.result).toMatchObject({ reason: 'early_stopping', steps: 8 });
  });

  it('after the step in flight when stop() is called, with the weights saved', async () => {
    const runDir = path.join(folder, 'run');
    const run = train(tinyRun({ trainer: endless, runDir }));
    let stoppedAt = 0;
    for await (const event of run) {
      if (event.event !== 'step' || stoppedAt > 0) continue;
      stoppedAt = event.step;
      run.stop();
    }
    const result = await run.result;
    expect(result.reason).toBe('stopped');
    expect(result.steps).toBeGreaterThanOrEqual(stoppedAt);
    const bytes = await readFile(path.join(runDir, 'model.safetensors'));
    expect(sha256(bytes)).toBe(result.weightsSha256);
    const manifest = await readManifest(path.join(runDir, 'manifest.binpb'));
    expect(manifest.step).toBe(result.steps);
    // Every step up to the last commit is in the log, and none after it.
    const steps: number[] = [];
    for await (const event of readEvents(path.join(runDir, 'events.binpb'))) {
      if (event.event === 'step') steps.push(event.step);
    }
    expect(steps).toEqual(Array.from({ length: result.steps }, (_, i) => i + 1));
  });

  it('before the first step when its signal was there first', async () => {
    const signal = AbortSignal.abort();
    const result = await train(tinyRun({ trainer: endless, signal })).result;
    expect(result).toMatchObject({ reason: 'stopped', steps: 0 });
  });

  it('on a signal', async () => {
    const controller = new AbortController();
    const run = train(tinyRun({ trainer: endless, signal: controller.signal }));
    for await (const event of run) if (event.event === 'step') controller.abort();
    expect((await run.result).reason).toBe('stopped');
  });

  it.each(['stop()', 'its signal'])('by %s while its model is never made', async (means) => {
    const { called, model } = neverMade('main thread');
    const controller = new AbortController();
    const runDir = path.join(folder, 'run');
    const run = train(tinyRun({ model, signal: controller.signal, runDir }));
    const events = eventsOf(run);
    await vi.waitFor(() => {
      expect(called[0]).toBe(1);
    }, 60_000);
    const { weightsSha256 } = await train(tinyRun()).result;
    if (means === 'stop()') run.stop();
    else controller.abort();
    expect(await run.result).toMatchObject({ reason: 'stopped', steps: 0, weights: new Map() });
    expect((await events).map(({ event }) => event)).toEqual(['end']);
    expect(existsSync(runDir)).toBe(false);
    expect((await train(tinyRun()).result).weightsSha256).toBe(weightsSha256);
  });

  it('by stop() while its ranks never make their models, with the weights it began with', async () => {
    const { called, model } = neverMade('ranks');
    const run = train(tinyRun({ model, timeline: {} }));
    await vi.waitFor(() => {
      expect(called[0]).toBe(2);
    }, 60_000);
    run.stop();
    const result = await run.result;
    expect(result).toMatchObject({ reason: 'stopped', steps: 0, timelines: [] });
    expect([...result.weights.keys()]).toEqual(['weight', 'bias']);
  });

  it('within a validation, which is then left out', async () => {
    const run = train(
      tinyRun({
        // 20 leaves of half a second.
        data: { train: tinyData(16), val: tinyData(20 * 256), test: tinyData(16) },
        model: watched({ stuckMs: 500 }),
        trainer: { batchSize: 16 },
      }),
    );
    const events: TrainEvent[] = [];
    for await (const event of run) {
      events.push(event);
      // By then the validation is under way.
      if (event.event === 'step') setTimeout(() => run.stop(), 700);
    }
    expect(events.map(({ event }) => event)).toEqual(['start', 'step', 'end']);
    expect(await run.result).toMatchObject({ reason: 'stopped', steps: 1, metrics: {} });
  });
});

describe('failures', () => {
  const failing = (options: object, more: Partial<TrainOptions> = {}) =>
    train(
      tinyRun({
        model: watched(options),
        data: { train: tinyData(32), val: tinyData(600) },
        trainer: { batchSize: 16, maxSteps: 20, valEvery: { batches: 2 } },
        ...more,
      }),
    );

  it('in an evaluation say so, and keep the steps before', async () => {
    const run = failing({ failing: 'evaluation' });
    const events: TrainEvent[] = [];
    const follow = async () => {
      for await (const event of run) events.push(event);
    };
    await expect(follow()).rejects.toThrow(
      /rank \d failed with RangeError: thrown in the evaluation in evaluation/,
    );
    expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'failed', steps: 2 });
  });

  it('at the start of one rank end the others, too', async () => {
    const built = new Int32Array(new SharedArrayBuffer(4));
    const run = failing(
      { built, failing: 'second rank' },
      { parallel: { workers: 3, onWorkerFailure: 'abort' } },
    );
    await expect(run.result).rejects.toThrow(
      /rank \d failed with RangeError: thrown by the constructor in start-up/,
    );
  });

  it('do not take an evaluation that is slow, but gets on, for a rank that hangs', async () => {
    const run = failing(
      { stuckMs: 300 },
      { trainer: { batchSize: 16, maxSteps: 1 }, parallel: { workers: 1, workerTimeout: 600 } },
    );
    expect((await run.result).steps).toBe(1);
  });

  it('of a file that cannot be made come before training', async () => {
    await writeFile(path.join(folder, 'file'), '');
    const under = train(tinyRun({ runDir: path.join(folder, 'file', 'run') }));
    await expect(under.result).rejects.toThrow(
      /cannot make the run directory: .*file cannot be made: what has its name is none/,
    );
    await mkdir(path.join(folder, 'old'));
    await writeFile(path.join(folder, 'old', 'events.binpb'), 'precious');
    const over = train(tinyRun({ runDir: path.join(folder, 'old') }));
    await expect(over.result).rejects.toThrow(/cannot create the event log: EEXIST/);
    expect(await readdir(path.join(folder, 'old'))).toEqual(['events.binpb']);
    expect(await readFile(path.join(folder, 'old', 'events.binpb'), 'utf8')).toBe('precious');
  });

  it('to write the weights reject the result', async () => {
    const runDir = path.join(folder, 'run');
    // A folder is where the file should come.
    await mkdir(path.join(runDir, 'model.safetensors', 'taken'), { recursive: true });
    await expect(train(tinyRun({ runDir })).result).rejects.toThrow();
  });

  it('leave no memory behind', async () => {
    await train(tinyRun()).result;
    const before = engine().heap.used;
    const fails = [
      tinyRun({ loss: 'no_such_loss' as 'mse' }),
      tinyRun({
        model: { input: [3], layers: [{ type: 'linear', outFeatures: 2 }, 'tahn' as 'tanh'] },
      }),
      tinyRun({ initFrom: path.join(folder, 'none.safetensors') }),
      tinyRun({
        model: watched({ failing: 'evaluation' }),
        data: { train: tinyData(32), val: tinyData(9) },
      }),
    ];
    for (const options of fails) await expect(train(options).result).rejects.toThrow();
    expect(engine().heap.used).toBeLessThanOrEqual(before + 2 ** 16);
  });
});
