import { timedPhases, train, type RankTimeline, type TrainOptions } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { tinyData, tinyRun } from './support/tiny-data.js';

async function run(workers: number, more: Partial<TrainOptions> = {}) {
  const data = { train: tinyData(96), shuffle: true };
  const trainer = { batchSize: 32, maxEpochs: 4 };
  return train(tinyRun({ data, trainer, parallel: { workers }, ...more })).result;
}

const timeline = { afterStep: 4, keepSteps: 3 };

/** Spans of one rank, checked to be inside of their steps and not to overlap. */
function expectOrderly({ spans }: RankTimeline): void {
  for (const whole of spans.filter(({ kind }) => kind === 'step')) {
    const inside = spans.filter(({ kind, step }) => kind !== 'step' && step === whole.step);
    let last = whole.begin;
    for (const { begin, end } of inside) {
      expect(begin).toBeGreaterThanOrEqual(last);
      expect(end).toBeGreaterThanOrEqual(begin);
      last = end;
    }
    expect(whole.end).toBeGreaterThanOrEqual(last);
  }
}

describe('timeline', () => {
  it('is empty unless it is asked for', async () => {
    const { timelines, sharedBytes } = await run(2);
    expect(timelines).toEqual([]);
    // Inputs and targets of 96 samples at least.
    expect(sharedBytes).toBeGreaterThan(96 * 4 * 4);
  });

  it.each([1, 2, 3, 5])(
    'leaves the weights of %i workers as they are, and adds up',
    async (workers) => {
      const { weightsSha256 } = await run(1);
      const timed = await run(workers, { timeline });
      expect(timed.weightsSha256).toBe(weightsSha256);
      expect(timed.timelines.map(({ rank }) => rank)).toEqual([...Array(workers).keys()]);
      for (const rank of timed.timelines) {
        expect(rank.steps).toBe(12 - timeline.afterStep);
        const phases = Object.values(rank.phaseMs).reduce((sum, ms) => sum + ms, 0);
        // Sums of the same readings in another order differ in the last bits.
        expect(phases).toBeLessThanOrEqual(rank.stepMs * (1 + 1e-6));
        expect(rank.stepMs).toBeLessThanOrEqual((rank.end - rank.begin) * (1 + 1e-6));
        expect(rank.arenaPeakBytes).toBeGreaterThan(0);
        expect(new Set(rank.spans.map(({ step }) => step))).toEqual(new Set([10, 11, 12]));
        expectOrderly(rank);
      }
      const spans = timed.timelines.flatMap((rank) => rank.spans);
      const commits = spans.filter(({ kind }) => kind === 'commit');
      expect(commits.map(({ step }) => step).sort()).toEqual([10, 11, 12]);
      const forward = spans.filter(({ kind, step }) => kind === 'forward' && step === 12);
      const leaves = forward.flatMap(({ leaf, leaves: together }) =>
        Array.from({ length: together }, (_, j) => (leaf ?? NaN) + j),
      );
      expect(leaves.sort()).toEqual([0, 1, 2, 3]);
      const seen = new Set(spans.map(({ kind }) => kind));
      // Leaves that are computed together, or one a rank, need not be merged.
      const needed = timedPhases.filter((kind) => kind !== 'merging');
      expect(needed.filter((kind) => !seen.has(kind))).toEqual([]);
    },
  );

  it('tells reduction from update with clipping, too', async () => {
    const trainer = { batchSize: 32, maxEpochs: 1, clipGradNorm: 1 };
    const [rank] = (await run(1, { trainer, timeline: { keepSteps: 1 } })).timelines;
    const kinds = (rank?.spans ?? []).map(({ kind }) => kind);
    expect(kinds.slice(-6)).toEqual([
      'reduction',
      'waiting',
      'update',
      'waiting',
      'commit',
      'step',
    ]);
  });
});
