import { appendFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { engine } from '@dltrain/core';
import {
  RankError,
  readEvents,
  train,
  type Fault,
  type TrainEvent,
  type TrainOptions,
} from '@dltrain/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.js';
import { faultyRun } from '../support/faulty-data.js';
import { survivalRun, survive, type Survived } from '../support/faulted-run.js';

let undisturbed: Survived;
beforeAll(async () => {
  undisturbed = await survive(survivalRun(1));
});

/** Expects that a run came to the same as if nothing had happened. */
function expectTheSame(run: Survived): void {
  expect(run.weightsSha256).toBe(undisturbed.weightsSha256);
  expect(run.stepEvents).toEqual(undisturbed.stepEvents);
  expect(run.others).toEqual(undisturbed.others);
}

const withFaults = (workers: number, faults: readonly Fault[], more: object = {}): TrainOptions => {
  const options = survivalRun(workers, { faults });
  return { ...options, parallel: { ...options.parallel, ...more } };
};

describe('a run whose ranks are lost', () => {
  it('goes on when two are lost at once', async () => {
    const run = await survive(
      withFaults(3, [
        { rank: 0, phase: 'forward', step: 3, kind: 'exit' },
        { rank: 2, phase: 'forward', step: 3, kind: 'throw' },
      ]),
    );
    expectTheSame(run);
    expect(run.recoveryMs).toHaveLength(2);
  });

  it('goes on when all are lost at once', async () => {
    const faults = [0, 1].map((rank): Fault => ({
      rank,
      phase: 'backward',
      step: 2,
      kind: 'trap',
    }));
    const run = await survive(withFaults(2, faults));
    expectTheSame(run);
    expect(run.reasons).toHaveLength(2);
  });

  it('goes on when one that takes the place of another is lost as well, while it starts', async () => {
    const run = await survive(
      withFaults(2, [
        { rank: 1, phase: 'update', step: 4, kind: 'exit' },
        { rank: 1, phase: 'start-up', step: 3, kind: 'throw' },
      ]),
    );
    expectTheSame(run);
    expect(run.reasons).toEqual([
      'ended (worker exited with code: 7) in update of step 4',
      'failed with TypeError: a fault that was planned in start-up',
    ]);
  });

  it('goes on when one is lost twice in a step, and another while it waits for it', async () => {
    const run = await survive(
      withFaults(2, [
        { rank: 0, phase: 'packing', step: 2, kind: 'throw' },
        { rank: 0, phase: 'reduction', step: 2, kind: 'exit' },
        { rank: 1, phase: 'waiting', step: 2, kind: 'throw' },
      ]),
    );
    expectTheSame(run);
    expect(run.recoveryMs).toHaveLength(3);
  });

  it('goes on when one that waits for orders is lost while another is about to be replaced', async () => {
    // The second loss in a step is answered later; rank 1 goes meanwhile.
    const run = await survive({
      ...faultyRun('leave', 22),
      faults: [
        { rank: 0, phase: 'reduction', step: 3, kind: 'exit' },
        { rank: 0, phase: 'update', step: 3, kind: 'exit' },
      ],
    });
    expect(run.steps).toBe(5);
    expect(run.reasons.map((reason) => reason.replace(/ in .*/, ''))).toEqual([
      'ended (worker exited with code: 7)',
      'ended (worker exited with code: 7)',
      'ended (worker exited with code: 7)',
    ]);
  });

  it('tells of each, after the steps before and in the log', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'dltrain-faults-'));
    try {
      const runDir = path.join(folder, 'run');
      const faults: Fault[] = [{ rank: 1, phase: 'forward', step: 4, kind: 'throw' }];
      const { events } = await survive({ ...withFaults(2, faults), runDir });
      const at = events.findIndex(({ event }) => event === 'recovery');
      expect(events[at]).toMatchObject({
        step: 3,
        rank: 1,
        reason: 'failed with TypeError: a fault that was planned in forward of step 4, leaf 4',
        restarts: 1,
      });
      const steps = (some: readonly TrainEvent[]) =>
        some.flatMap((event) => (event.event === 'step' ? [event.step] : []));
      expect(steps(events.slice(0, at))).toEqual([1, 2, 3]);
      expect(steps(events.slice(at))).toEqual([4, 5, 6]);
      const logged: string[] = [];
      for await (const { event } of readEvents(path.join(runDir, 'events.binpb'))) {
        logged.push(event);
      }
      expect(logged).toEqual(events.map(({ event }) => event));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('looks at the layers again when that is when it happens', async () => {
    const more: Partial<TrainOptions> = { statisticsEvery: { batches: 3 } };
    const calm = await survive(survivalRun(2, more));
    const faults: Fault[] = [{ rank: 0, phase: 'evaluation', step: 3, kind: 'exit' }];
    const run = await survive(survivalRun(2, { ...more, faults }));
    const statistics = ({ events }: Survived) =>
      events.flatMap((event) => (event.event === 'statistics' ? [event.layers] : []));
    expect(statistics(run)).toEqual(statistics(calm));
    expect(run.weightsSha256).toBe(undisturbed.weightsSha256);
    expect(run.recoveryMs).toHaveLength(1);
  });

  it('passes over a gradient that is not finite all the same', async () => {
    const options = (faults: Fault[]): TrainOptions => {
      const run = faultyRun('nan', 22, { shards: 4 });
      return { ...run, trainer: { ...run.trainer, onNonfinite: 'skip' }, faults };
    };
    const calm = await survive(options([]));
    const run = await survive(options([{ rank: 0, phase: 'commit', step: 3, kind: 'exit' }]));
    expect(run.recoveryMs).toHaveLength(1);
    expect(run.weightsSha256).toBe(calm.weightsSha256);
    expect(run.others).toEqual(['start', 'nonfinite', 'end']);
  });

  it.each(['own.mjs', 'parts/square.mjs'])(
    'ends where the program was edited meanwhile: ranks run one and the same (%s)',
    async (name) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'dltrain-faults-'));
      try {
        const program = {
          'own.mjs': `import { square } from './parts/square.mjs';
export default { name: 'own', compute: (y) => ({ sum: square(y).sum(), weight: y.shape[0] }) };`,
          'parts/square.mjs': 'export const square = (y) => y.square();',
        };
        await mkdir(path.join(folder, 'parts'));
        for (const [file, text] of Object.entries(program)) {
          writeFileSync(path.join(folder, file), text);
        }
        const faults: Fault[] = [{ rank: 1, phase: 'forward', step: 3, kind: 'hang' }];
        const loss = { module: path.join(folder, 'own.mjs') };
        const run = train({ ...withFaults(2, faults), loss });
        const all = (async () => {
          for await (const { event } of run) {
            // The rank hangs by then, and is not given up yet.
            if (event === 'validation') appendFileSync(path.join(folder, name), ' // edited');
          }
        })();
        const base = path.basename(name).replace('.', '\\.');
        await expect(all).rejects.toThrow(
          new RegExp(`${base} was edited while the run trained.*undo the edit`),
        );
        await expect(run.result).rejects.toMatchObject({ path: ['loss', 'module'] });
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );

  it('gives all memory back', async () => {
    await survive(survivalRun(2));
    const before = engine().heap.used;
    await survive(withFaults(2, [{ rank: 0, phase: 'forward', step: 2, kind: 'exit' }]));
    expect(engine().heap.used).toBe(before);
  });

  it('can be stopped while a rank is replaced', async () => {
    const run = train(withFaults(2, [{ rank: 1, phase: 'forward', step: 3, kind: 'hang' }]));
    const events: TrainEvent[] = [];
    for await (const event of run) {
      events.push(event);
      // The rank hangs by then, and is not given up yet; were it otherwise, the run would stop all the same.
      if (event.event === 'validation') setTimeout(() => run.stop(), 300);
    }
    const { reason, steps } = await run.result;
    expect(reason).toBe('stopped');
    // The step in flight is done first, and no other.
    expect(steps).toBe(3);
    expect(events.filter(({ event }) => event === 'recovery')).toHaveLength(1);
  });
});

describe('a run gives up', () => {
  it('when the same is thrown at the same place again', async () => {
    const { error, events } = await failureOf(faultyRun('throw', 22));
    expect(error).toBeInstanceOf(RankError);
    const { message, restarts, rankStack } = error as RankError;
    expect(message).toBe(
      'rank 1 failed with TypeError: thrown by the model in forward of step 3, leaf 1; ' +
        'the same was thrown there before and would be again, so it is not tried anew',
    );
    expect(restarts).toBe(1);
    expect(rankStack).toContain('faulty-model.js');
    expect(events.map(({ event }) => event)).toEqual(['start', 'step', 'step', 'recovery', 'end']);
    expect(events.at(-1)).toMatchObject({ reason: 'failed', steps: 2 });
  });

  it('when as many ranks were replaced as may be', async () => {
    const faults = [1, 2, 3].map((step): Fault => ({
      rank: 1,
      phase: 'forward',
      step,
      kind: 'exit',
    }));
    const { error, events } = await failureOf(withFaults(2, faults, { maxRestarts: 2 }));
    expect(String(error)).toMatch(
      /rank 1 ended .* in forward of step 3, leaf 4; 2 ranks were replaced before, and parallel.maxRestarts is 2$/,
    );
    expect((error as RankError).restarts).toBe(2);
    expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'failed', steps: 2 });
  });

  it('at once, over a mistake of the data', async () => {
    const { error, events } = await failureOf({
      ...survivalRun(2),
      model: { input: [3], layers: [{ type: 'linear', outFeatures: 1 }] },
      metrics: [],
    });
    expect(String(error)).toContain('failed with ValueError');
    expect((error as RankError).restarts).toBe(0);
    expect(events.map(({ event }) => event)).toEqual(['start', 'end']);
  });

  it('at once, where no rank is to be replaced', async () => {
    const faults: Fault[] = [{ rank: 0, phase: 'reduction', step: 2, kind: 'throw' }];
    const { error, events } = await failureOf(withFaults(3, faults, { onWorkerFailure: 'abort' }));
    expect(String(error)).toMatch(/rank 0 failed with TypeError: .* in reduction of step 2$/);
    expect(events.filter(({ event }) => event === 'recovery')).toEqual([]);
  });
});
