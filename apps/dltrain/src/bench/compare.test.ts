import { describe, expect, it } from 'vitest';
import { compare, hashesOf } from './compare.js';
import { settingsOf } from './measure.js';
import { asJson, asTable, haveEqualWeights } from './report.js';
import { measurementOf } from '../../test-support.js';

const about = {
  isWeak: false,
  cores: 2,
  steps: 10,
  rounds: 3,
  isStopped: false,
  mustAgree: true,
};

describe('settingsOf', () => {
  it('keeps the batch for strong scaling, and lets it grow for weak scaling', () => {
    const sizes = (weak: boolean) =>
      settingsOf([8, 16], [1, 4], weak).map(({ workers, batchSize }) => [workers, batchSize]);
    expect(sizes(false)).toEqual([
      [1, 8],
      [4, 8],
      [1, 16],
      [4, 16],
    ]);
    expect(sizes(true)).toEqual([
      [1, 8],
      [4, 32],
      [1, 16],
      [4, 64],
    ]);
  });
});

describe('compare', () => {
  it('takes medians and quartiles, and compares with the fewest workers of a batch', () => {
    const results = compare(
      [
        measurementOf(2, [100, 300, 200, 500, 400]),
        measurementOf(4, [600, 400]),
        measurementOf(2, [50], { batch: 8 }),
      ],
      2,
    );
    expect(results).toMatchObject([
      { samplesPerSecond: 300, quartiles: [200, 400], range: [100, 500], speedUp: 1 },
      { samplesPerSecond: 500, quartiles: [450, 550], speedUp: 5 / 3, isBeyondCores: true },
      { samplesPerSecond: 50, speedUp: 1, efficiency: 1, isBeyondCores: false },
    ]);
    expect(results[0]?.typical.samplesPerSecond).toBe(300);
    expect(results[1]?.efficiency).toBeCloseTo(5 / 6, 12);
  });

  it('divides the whole of a step among its phases', () => {
    const [result] = compare([measurementOf(2, [1])], 2);
    expect(result?.mean).toEqual({
      stepMs: 10,
      phasesMs: {
        pack: 1,
        forward: 2,
        backward: 4,
        merge: 0.25,
        wait: 0.5,
        reduce: 0.25,
        update: 0.5,
        commit: 0.5,
        other: 1,
      },
    });
  });

  it('leaves out what was stopped before it was measured once', () => {
    const results = compare([measurementOf(1, [10, 20]), measurementOf(2, [])], 2);
    expect(results).toHaveLength(1);
    const table = asTable(results, { ...about, isStopped: true });
    expect(table).toContain('stopped early: 2 to 2 of 3 rounds');
    expect(compare([], 2)).toEqual([]);
  });
});

describe('the report', () => {
  it('marks workers beyond the cores', () => {
    const table = asTable(compare([measurementOf(2, [1]), measurementOf(4, [2])], 2), about);
    expect(table).toMatch(/^ +4\* +32 +2 /m);
    expect(table).toContain('more workers than the 2 cores');
  });

  it('says that weights agree, a batch at a time', () => {
    const weak = { isWeak: true };
    const results = compare(
      [
        measurementOf(1, [1], { ...weak, weights: 'a' }),
        measurementOf(2, [1], { ...weak, weights: 'b' }),
      ],
      2,
    );
    expect(haveEqualWeights(results)).toBe(true);
    expect(hashesOf(results).map(({ batchSize }) => batchSize)).toEqual([32, 64]);
  });

  it('shouts when they do not', () => {
    const results = compare(
      [measurementOf(1, [1], { weights: 'a' }), measurementOf(2, [1], { weights: 'b' })],
      2,
    );
    expect(haveEqualWeights(results)).toBe(false);
    expect(asTable(results, about)).toMatch(
      /BATCH 32: 2 DIFFERENT WEIGHTS, .*\n {2}sha256 a with 1 workers\n {2}sha256 b with 2 workers/,
    );
    expect(asTable(results, { ...about, mustAgree: false })).toContain('as mode: fast may give');
    expect(JSON.parse(asJson(results, about))).toMatchObject({
      equal_weights: false,
      weights_sha256: ['a', 'b'],
    });
  });

  it('has every round and every rank as one object', () => {
    const text = asJson(compare([measurementOf(2, [3, 1, 2])], 2), about);
    expect(text.trimEnd()).not.toContain('\n');
    const { results } = JSON.parse(text) as { results: Record<string, unknown>[] };
    expect(results).toMatchObject([
      {
        workers: 2,
        batch_size: 32,
        samples_per_second: 2,
        quartiles: [1.5, 2.5],
        range: [1, 3],
        step_ms: 10,
        shared_bytes: 2048,
        ranks: [
          { rank: 0, phases_ms: { wait: 0, commit: 1 }, arena_peak_bytes: 1024 },
          { rank: 1, phases_ms: { wait: 1, commit: 0 }, arena_peak_bytes: 2048 },
        ],
        rounds: [{ samples_per_second: 3 }, { samples_per_second: 1 }, { samples_per_second: 2 }],
      },
    ]);
  });
});
