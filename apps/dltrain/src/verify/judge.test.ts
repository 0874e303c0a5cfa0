import type { RecoveryEvent, WeightsEvent } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { isRight, judge } from './judge.js';
import type { Outcome } from './judge.js';
import { allAgree, asJson, asTable } from './report.js';
import { variantsOf } from './variant.js';

const nodes = [
  { path: '/usr/bin/node', version: '20.19.0' },
  { path: '/opt/node', version: '24.1.0' },
];

function weights(step: number, value: string): WeightsEvent {
  const sha256 = `${step}${value}`.padEnd(64, '0');
  return { event: 'weights', step, sha256, parameters: { a: sha256, b: '', c: sha256 } };
}

const recovery: RecoveryEvent = {
  event: 'recovery',
  step: 1,
  rank: 1,
  reason: 'rank 1 left',
  restarts: 1,
  recoveryMs: 5,
  elapsedMs: 10,
};

/** Outcomes of two Nodes, two worker counts, alone and killed: all as they must be, but for `changes`. */
function outcomes(changes: Readonly<Record<number, Partial<Outcome>>> = {}): Outcome[] {
  return variantsOf(nodes, [1, 2], true).map((variant, i) => ({
    variant,
    start: null,
    trail: [weights(1, 'x'), weights(2, 'x')],
    recoveries: variant.isKilled ? [recovery] : [],
    failure: null,
    ...changes[i],
  }));
}

const about = { steps: 2, runs: 8, withKills: true, isFast: false };
const parted = { trail: [weights(1, 'x'), weights(2, 'y')] };
const failed = { trail: [weights(1, 'x')], failure: 'a worker died' };

function verdicts(changes: Readonly<Record<number, Partial<Outcome>>>): boolean[] {
  return judge(outcomes(changes)).map(isRight);
}

describe('judge', () => {
  it('agrees when all runs do', () => {
    const runs = judge(outcomes());
    expect(runs.every(isRight)).toBe(true);
    expect(runs.map(({ isReference }) => isReference)).toEqual([
      true,
      ...Array<boolean>(7).fill(false),
    ]);
    expect(allAgree(runs, about)).toBe(true);
  });

  it('finds the run that differs, the one that fails and the one that nobody killed', () => {
    const found = verdicts({ 2: { recoveries: [] }, 5: parted, 7: failed });
    expect(found).toEqual([true, true, false, true, true, false, true, false]);
  });

  it('compares with a run that got to its end', () => {
    const runs = judge(outcomes({ 0: failed }));
    expect(runs.map(isRight)).toEqual([false, ...Array<boolean>(7).fill(true)]);
    expect(runs[1]).toMatchObject({ isReference: true });
  });

  it('takes nothing for a proof that trained nothing, or is not complete', () => {
    const all = Object.fromEntries(outcomes().map((_, i) => [i, { trail: [] }]));
    expect(verdicts(all)).toEqual(Array(8).fill(false));
    const part = judge(outcomes().slice(0, 7));
    expect(part.every(isRight)).toBe(true);
    expect(allAgree(part, about)).toBe(false);
    expect(allAgree([], { ...about, runs: 0 })).toBe(false);
  });
});

describe('report', () => {
  it('says at which step and in which tensors weights differ first', () => {
    const runs = judge(outcomes({ 5: parted, 7: failed }));
    const lines = asTable(runs, about, 200).split('\n');
    expect(lines.filter((line) => /agrees|reference/.test(line))).toHaveLength(6);
    expect(lines).toContain('DIFFERENT WEIGHTS:');
    expect(lines).toContain('  Node 24.1.0, 2 workers: differs from step 2 on, in a, c');
    expect(lines).toContain(
      '  Node 24.1.0, 2 workers, one killed: failed after step 1: a worker died',
    );
    expect(JSON.parse(asJson(runs, about))).toMatchObject({
      all_agree: false,
      stopped: false,
      first_difference: { kind: 'weights', step: 2, tensors: ['a', 'c'] },
    });
  });

  it.each([50, 60, 80, 120])('keeps its table within %i columns', (width) => {
    const table = asTable(judge(outcomes({ 5: parted })), about, width).split('\n\n')[0] ?? '';
    expect(table.split('\n')).toHaveLength(9);
    expect(table.split('\n').filter((line) => line.length > width)).toEqual([]);
  });

  it('says what was left out', () => {
    const text = asTable(judge(outcomes().slice(0, 3)), { ...about, steps: 9 }, 200);
    expect(text).toContain('stopped early: 3 of 8 runs');
    const single = asTable(judge(outcomes().slice(0, 1)), about, 200);
    expect(single).toContain('a single run of 2 steps, which nothing is compared with:');
    const alone = asJson(judge(outcomes().slice(0, 1)), { ...about, runs: 1 });
    expect(JSON.parse(alone)).toMatchObject({ all_agree: false });
    expect(text).toContain('the run has 2 steps, fewer than the 9 asked for');
  });
});
