import { describe, expect, it } from 'vitest';
import { datasetFromArrays } from '@dltrain/data';
import { RankError } from '@dltrain/runtime';
import { failureOf } from '../support/failure-of.js';
import { faultyRun } from '../support/faulty-data.js';

const runWith = (fault: Parameters<typeof faultyRun>[0], sample: number, workers = 2) =>
  faultyRun(fault, sample, { workers, onWorkerFailure: 'abort' });

describe('a rank that fails where none is to be replaced ends the run, which says who, when and where', () => {
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
    expect(events.map(({ event }) => event)).toEqual(['start', 'step', 'step', 'end']);
  });
});
