import type { RankTimeline, Span } from '@dltrain/runtime';
import type { Measurement, Round } from './src/bench/measure.js';

/** What a rank did in one step of 10 ms that began at `begin`: two leaves, and 1 ms of no phase. */
export function timelineOf(rank: number, begin = 1000): RankTimeline {
  const spans: Span[] = [];
  let now = begin;
  const spend = (kind: Span['kind'], ms: number, leaf: number | null = null): void => {
    spans.push({ kind, step: 7, leaf, leaves: leaf === null ? 0 : 1, begin: now, end: now + ms });
    now += ms;
  };
  spend('packing', 1);
  for (const leaf of [2 * rank, 2 * rank + 1]) {
    spend('forward', 1, leaf);
    spend('backward', 2, leaf);
  }
  spend('merging', 0.25);
  spend('reduction', 0.25);
  spend('update', 0.5);
  if (rank > 0) spend('waiting', 1);
  else spend('commit', 1);
  spans.push({ kind: 'step', step: 7, leaf: null, leaves: 0, begin, end: begin + 10 });
  const spent = (kind: Span['kind']): number =>
    spans
      .filter((span) => span.kind === kind)
      .reduce((sum, span) => sum + span.end - span.begin, 0);
  return {
    rank,
    steps: 1,
    begin,
    end: begin + 10,
    stepMs: 10,
    phaseMs: {
      packing: spent('packing'),
      forward: spent('forward'),
      backward: spent('backward'),
      merging: spent('merging'),
      waiting: spent('waiting'),
      reduction: spent('reduction'),
      update: spent('update'),
      commit: spent('commit'),
    },
    spans,
    arenaPeakBytes: 1024 * (rank + 1),
  };
}

/** Rounds of given speeds, all of the same times. */
export function measurementOf(
  workers: number,
  speeds: readonly number[],
  { batch = 32, weights = 'abc', isWeak = false } = {},
): Measurement {
  const rounds = speeds.map((samplesPerSecond): Round => ({
    samplesPerSecond,
    weights,
    timelines: Array.from({ length: workers }, (_, rank) => timelineOf(rank)),
    sharedBytes: 2048,
  }));
  const batchSize = isWeak ? batch * workers : batch;
  return { setting: { workers, group: batch, batchSize }, rounds };
}
