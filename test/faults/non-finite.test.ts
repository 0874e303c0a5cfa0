import { datasetFromArrays } from '@dltrain/data';
import {
  NonFiniteError,
  type RankError,
  train,
  type NonFiniteEvent,
  type TrainEvent,
  type TrainOptions,
} from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.js';
import { faultyRun } from '../support/faulty-data.js';

/** Four leaves a step; sample 22 is in the last one of step 3. */
const withNaN = (workers: number, more: Partial<TrainOptions['trainer']> = {}): TrainOptions => {
  const options = faultyRun('nan', 22, { workers, shards: 4 });
  return { ...options, trainer: { ...options.trainer, ...more } };
};

/** The same run without the samples of step 3. */
function withoutStep3(options: TrainOptions): TrainOptions {
  const { inputs, targets } = options.data.train;
  const kept = Array.from({ length: 40 }, (_, i) => i).filter((i) => i < 16 || i >= 24);
  if (targets === null) throw new Error('there are targets');
  const train = datasetFromArrays({
    inputs: Float32Array.from(kept.flatMap((i) => [...inputs.data.subarray(4 * i, 4 * i + 4)])),
    shape: [4],
    targets: Int32Array.from(kept, (i) => Number(targets.data[i])),
  });
  return { ...options, data: { ...options.data, train } };
}

async function outcomeOf(options: TrainOptions) {
  const run = train(options);
  const events: TrainEvent[] = [];
  for await (const event of run) events.push(event);
  const { weightsSha256, steps } = await run.result;
  return { weightsSha256, steps, events };
}

describe('a gradient that is not finite', () => {
  it.each([1, 2, 3, 5])('ends the run before the commit, with %i workers', async (workers) => {
    const { error, events } = await failureOf(withNaN(workers));
    expect(error).toBeInstanceOf(NonFiniteError);
    const { step, parameter, layer, leaf, message } = error as NonFiniteError;
    expect({ step, parameter, layer, leaf }).toEqual({
      ...{ step: 3, parameter: 'linear.weight', layer: "Linear 'linear'", leaf: 3 },
    });
    expect(message).toContain(
      "step 3: the gradient of linear.weight is not finite, first in leaf 3 (Linear 'linear')",
    );
    expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'failed', steps: 2 });
  });

  it('is traced to the op and the line it came from, with detectAnomaly', async () => {
    const options = faultyRun('log', 22);
    expect(String((await failureOf(options)).error)).toContain('linear.weight is not finite');
    const trainer = { ...options.trainer, detectAnomaly: true };
    const { error } = await failureOf({ ...options, trainer });
    expect(String(error)).toMatch(
      /rank 1 failed with AnomalyError: log: element \d of \[4, 2\] is infinite.* in forward of step 3/,
    );
    expect((error as RankError).rankStack).toContain('faulty-model.js');
  });
});

describe('a step that is passed over', () => {
  it.each([1, 2, 3, 5])('leaves the weights as they are, with %i workers', async (workers) => {
    for (const clipGradNorm of [null, 1]) {
      const options = withNaN(workers, { onNonfinite: 'skip', clipGradNorm });
      const { weightsSha256, steps, events } = await outcomeOf(options);
      expect(steps).toBe(5);
      const told = events.filter((event): event is NonFiniteEvent => event.event === 'nonfinite');
      expect(told).toMatchObject([{ step: 3, parameter: 'linear.weight', leaf: 3 }]);
      expect(events.filter(({ event }) => event === 'step')).toHaveLength(5);
      const without = await outcomeOf(withoutStep3({ ...options, parallel: { shards: 4 } }));
      expect(without.steps).toBe(4);
      expect(weightsSha256).toBe(without.weightsSha256);
    }
  });

  it('leaves the states and the counts of the optimizer as they are', async () => {
    const options: TrainOptions = {
      ...withNaN(2, { onNonfinite: 'skip' }),
      optimizer: { type: 'adam', lr: 0.01 },
    };
    const { weightsSha256 } = await outcomeOf(options);
    const without = await outcomeOf(withoutStep3(options));
    expect(weightsSha256).toBe(without.weightsSha256);
  });

  it('comes after steps that were done well, and before others, however many there are', async () => {
    const options = withNaN(2, { onNonfinite: 'skip', maxEpochs: 3 });
    const { events } = await outcomeOf(options);
    const named = events.flatMap((event) => (event.event === 'nonfinite' ? [event.step] : []));
    expect(named).toEqual([3, 8, 13]);
  });

  it('names no leaf where only the sum of all overflows', async () => {
    // Two samples, each a leaf, whose gradients are next to the largest number.
    const options = (target: number): TrainOptions => ({
      ...faultyRun('none', 0, { workers: 2, shards: 2 }),
      data: {
        train: datasetFromArrays({
          inputs: Float32Array.of(3e38, 0, 0, 0, 3e38, 0, 0, 0),
          shape: [4],
          targets: Int32Array.of(target, target),
        }),
      },
      model: { input: [4], layers: [{ type: 'linear', outFeatures: 2 }] },
      trainer: { batchSize: 2, maxEpochs: 1, onNonfinite: 'skip' },
    });
    // Only what the model takes for the other class has a gradient.
    const told = await Promise.all([outcomeOf(options(0)), outcomeOf(options(1))]);
    const events = told.flatMap((run) => run.events.filter(({ event }) => event === 'nonfinite'));
    expect(events).toMatchObject([{ step: 1, parameter: '0.weight', leaf: null }]);
  });
});
