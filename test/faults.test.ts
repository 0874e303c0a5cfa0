import { describe, expect, it } from 'vitest';
import { datasetFromArrays } from '@dltrain/data';
import {
  NonFiniteError,
  RankError,
  train,
  type TrainEvent,
  type TrainOptions,
} from '@dltrain/runtime';

const model = new URL('./fixtures/faulty-model.js', import.meta.url);
const faults = { throw: 1001, trap: 1002, exit: 1003, hang: 1004, nan: 1005, log: 1006 };

/** 40 samples in 5 steps of 8, in file order, two leaves a step; one sample carries the fault. */
function runWith(fault: keyof typeof faults, sample: number, workers = 2): TrainOptions {
  const inputs = Float32Array.from({ length: 160 }, (_, i) => (i % 7) / 7);
  inputs[4 * sample] = faults[fault];
  const targets = Int32Array.from({ length: 40 }, (_, i) => i % 2);
  return {
    data: { train: datasetFromArrays({ inputs, shape: [4], targets }), shuffle: false },
    model: { module: model, export: 'FaultyModel' },
    loss: 'cross_entropy',
    optimizer: { type: 'sgd', lr: 0.01 },
    trainer: { batchSize: 8, maxEpochs: 1 },
    parallel: { workers, shards: 2, workerTimeout: 500 },
  };
}

async function failureOf(options: TrainOptions): Promise<{ error: unknown; events: TrainEvent[] }> {
  const run = train(options);
  const events: TrainEvent[] = [];
  let thrown: unknown = null;
  try {
    for await (const event of run) events.push(event);
  } catch (error) {
    thrown = error;
  }
  const error = await run.result.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(thrown).toBe(error);
  return { error, events };
}

// Sample 22 is in step 3, in its second leaf, which belongs to rank 1 of 2.
describe('a rank that fails ends the run, which says who, when and where', () => {
  it('when it throws', async () => {
    const { error } = await failureOf(runWith('throw', 22));
    expect(error).toBeInstanceOf(RankError);
    const { message, place, rankStack } = error as RankError;
    expect(message).toBe(
      'rank 1 failed with TypeError: thrown by the model in forward of step 3, leaf 1',
    );
    expect(place).toEqual({ rank: 1, phase: 'forward', step: 3, leaf: 1 });
    expect(rankStack).toContain('faulty-model.js');
  });

  it('when WebAssembly traps', async () => {
    const { error } = await failureOf(runWith('trap', 22));
    expect(String(error)).toMatch(
      /rank 1 failed with RuntimeError: .*out of bounds.* in forward of step 3/,
    );
  });

  it('when its thread exits', async () => {
    const { error } = await failureOf(runWith('exit', 22));
    expect(String(error)).toMatch(/rank 1 ended \(.*\) in forward of step 3/);
  });

  it('when it stops answering', async () => {
    const { error } = await failureOf(runWith('hang', 22));
    expect(String(error)).toContain('rank 1 has not answered for 0.5 s in forward of step 3');
  });

  it('with one worker as with two', async () => {
    const { error } = await failureOf(runWith('throw', 22, 1));
    expect(String(error)).toContain('rank 0 failed with TypeError');
  });

  it('when a class is not one of those that the model scores', async () => {
    const targets = Int32Array.from({ length: 40 }, (_, i) => (i === 22 ? 5 : i % 2));
    const data = {
      train: datasetFromArrays({ inputs: new Float32Array(160), shape: [4], targets }),
    };
    const options = { ...runWith('throw', 0), data: { ...data, shuffle: false } };
    const { error } = await failureOf(options);
    expect(String(error)).toMatch(
      /rank 1 failed with ValueError: .* row 2 is class 5.* in forward of step 3, leaf 1$/,
    );
  });

  it('keeps the last commit: two steps were done', async () => {
    const { error, events } = await failureOf(runWith('throw', 22));
    const end = events.at(-1);
    expect(end).toMatchObject({ event: 'end', reason: 'failed', steps: 2 });
    const { name, message } = error as RankError;
    expect(end).toMatchObject({ error: { name, message } });
    expect(events.filter((event) => event.event === 'step')).toHaveLength(2);
  });
});

describe('a gradient that is not finite', () => {
  it.each([1, 2, 3])('ends the run before the commit, with %i workers', async (workers) => {
    const { error, events } = await failureOf(runWith('nan', 22, workers));
    expect(error).toBeInstanceOf(NonFiniteError);
    expect(String(error)).toContain('step 3: the gradient of linear.weight is not finite');
    expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'failed', steps: 2 });
  });

  it('is traced to the op and the line it came from, with detectAnomaly', async () => {
    const options = runWith('log', 22);
    expect(String((await failureOf(options)).error)).toContain('linear.weight is not finite');
    const trainer = { ...options.trainer, detectAnomaly: true };
    const { error } = await failureOf({ ...options, trainer });
    expect(String(error)).toMatch(
      /rank 1 failed with AnomalyError: log: element \d of \[4, 2\] is infinite.* in forward of step 3/,
    );
    expect((error as RankError).rankStack).toContain('faulty-model.js');
  });
});
