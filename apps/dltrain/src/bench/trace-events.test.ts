import { describe, expect, it } from 'vitest';
import { compare } from './compare.js';
import { measurementOf } from '../../test-support.js';
import { traceEvents } from './trace-events.js';

const events = traceEvents(compare([measurementOf(1, [1]), measurementOf(2, [1])], 2));

describe('traceEvents', () => {
  it('names a group for each setting and a lane for each rank', () => {
    const names = (what: string) =>
      events.filter(({ name }) => name === what).map(({ args, pid }) => [pid, args.name]);
    expect(names('process_name')).toEqual([
      [1, '1 worker, batch 32'],
      [2, '2 workers, batch 32'],
    ]);
    expect(names('thread_name')).toEqual([
      [1, 'commits'],
      [1, 'rank 0'],
      [2, 'commits'],
      [2, 'rank 0'],
      [2, 'rank 1'],
    ]);
  });

  it('has leaves in their step, and phases in their leaf', () => {
    const lane = events.filter(({ ph, pid, tid }) => ph === 'X' && pid === 2 && tid === 2);
    expect(lane.slice(0, 8).map(({ name, cat, ts, dur }) => [name, cat, ts, dur])).toEqual([
      ['step 7', 'step', 0, 10_000],
      ['pack', 'phase', 0, 1000],
      ['leaf 2', 'leaf', 1000, 3000],
      ['forward', 'phase', 1000, 1000],
      ['backward', 'phase', 2000, 2000],
      ['leaf 3', 'leaf', 4000, 3000],
      ['forward', 'phase', 4000, 1000],
      ['backward', 'phase', 5000, 2000],
    ]);
    expect(lane[3]?.args).toEqual({ rank: 1, step: 7, leaf: 2, leaves: 1 });
  });

  it('names leaves that are computed together', () => {
    const measured = measurementOf(1, [1]);
    const [rank] = measured.rounds[0]?.timelines ?? [];
    const spans = (rank?.spans ?? []).map((span) =>
      span.leaf === 0 ? { ...span, leaves: 4 } : span,
    );
    const timelines = rank === undefined ? [] : [{ ...rank, spans }];
    const rounds = measured.rounds.map((one) => ({ ...one, timelines }));
    const names = traceEvents(compare([{ ...measured, rounds }], 2)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['leaves 0 to 3', 'leaf 1']));
  });

  it('shows each commit on a lane of its own, and whose it was', () => {
    const commits = events.filter(({ cat }) => cat === 'commit');
    expect(commits).toMatchObject([
      { pid: 1, tid: 0, name: 'commit of step 7', ts: 8000, dur: 1000, args: { rank: 0, step: 7 } },
      { pid: 2, tid: 0, args: { rank: 0 } },
    ]);
  });
});
