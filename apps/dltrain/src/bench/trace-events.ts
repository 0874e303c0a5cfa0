import type { RankTimeline, Span } from '@dltrain/runtime';
import { phaseNames } from './phases.js';
import type { Result } from './compare.js';

/** An event of the format that chrome://tracing and Perfetto read; times are microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly cat?: string;
  /** X is a span with a duration, M says something of a lane. */
  readonly ph: 'X' | 'M';
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args: Readonly<Record<string, string | number | null>>;
}

/** The lane of the commits, above those of the ranks. */
const commitLane = 0;

/**
 * The last steps of each setting as one group of lanes: one for the commits, and one for each rank
 * with its steps, the leaves in them, the phases in those. All groups begin at 0, so that settings
 * can be compared below each other.
 */
export function traceEvents(results: readonly Result[]): TraceEvent[] {
  return results.flatMap(({ setting, typical }, i) => {
    const { workers, batchSize } = setting;
    const pid = i + 1;
    const name = `${workers} ${workers === 1 ? 'worker' : 'workers'}, batch ${batchSize}`;
    return [
      named(pid, commitLane, 'process_name', name),
      { ...named(pid, commitLane, 'process_sort_index', ''), args: { sort_index: pid } },
      ...lanesOf(typical.timelines, pid),
    ];
  });
}

function lanesOf(timelines: readonly RankTimeline[], pid: number): TraceEvent[] {
  const begins = timelines.flatMap(({ spans }) => spans.map(({ begin }) => begin));
  const origin = begins.reduce((least, begin) => Math.min(least, begin), Infinity);
  const place = (span: Pick<Span, 'begin' | 'end'>) => {
    const ts = toMicroseconds(span.begin - origin);
    return { pid, ts, dur: toMicroseconds(span.end - origin) - ts };
  };
  const ranks = timelines.flatMap(({ rank, spans }) => {
    const tid = rank + 1;
    const lane = withLeaves(spans).map(({ kind, step, leaf, leaves, ...span }): TraceEvent => ({
      name: nameOf({ kind, step, leaf, leaves }),
      cat: kind === 'step' || kind === 'leaf' ? kind : 'phase',
      ph: 'X',
      tid,
      ...place(span),
      args: { rank, step, leaf, leaves },
    }));
    return [named(pid, tid, 'thread_name', `rank ${rank}`), ...lane];
  });
  const commits = timelines.flatMap(({ rank, spans }) =>
    spans
      .filter(({ kind }) => kind === 'commit')
      .map(({ step, ...span }): TraceEvent => ({
        name: `commit of step ${step}`,
        cat: 'commit',
        ph: 'X',
        tid: commitLane,
        ...place(span),
        args: { rank, step },
      })),
  );
  return [
    named(pid, commitLane, 'thread_name', 'commits'),
    ...commits.sort((a, b) => (a.ts ?? 0) - (b.ts ?? 0)),
    ...ranks,
  ];
}

type LaneSpan = Omit<Span, 'kind'> & { readonly kind: Span['kind'] | 'leaf' };

/** A leaf, or some together, are their passes forward and backward. What holds others is first. */
function withLeaves(spans: readonly Span[]): LaneSpan[] {
  const leaves = new Map<string, LaneSpan>();
  for (const { step, leaf, leaves: together, begin, end } of spans) {
    if (leaf === null) continue;
    const key = `${step} ${leaf}`;
    const first = leaves.get(key)?.begin ?? begin;
    leaves.set(key, { kind: 'leaf', step, leaf, leaves: together, begin: first, end });
  }
  return [...leaves.values(), ...spans].sort(
    (a, b) => a.begin - b.begin || depth(a) - depth(b) || a.end - b.end,
  );
}

function depth({ kind }: LaneSpan): number {
  return kind === 'step' ? 0 : kind === 'leaf' ? 1 : 2;
}

function nameOf({ kind, step, leaf, leaves }: Omit<LaneSpan, 'begin' | 'end'>): string {
  if (kind === 'step') return `step ${step}`;
  if (kind !== 'leaf') return phaseNames[kind];
  const first = leaf ?? 0;
  return leaves > 1 ? `leaves ${first} to ${first + leaves - 1}` : `leaf ${first}`;
}

function named(pid: number, tid: number, what: string, name: string): TraceEvent {
  return { name: what, ph: 'M', pid, tid, args: { name } };
}

/** Whole nanoseconds, so that what lies within something else still does. */
function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1e6) / 1e3;
}
