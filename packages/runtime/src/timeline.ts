import { performance } from 'node:perf_hooks';
import process from 'node:process';
import type { Phase } from './control-block.js';

/** What the time of a step is divided into, in the order of a step; a commit is one rank's. */
export const timedPhases = [
  'packing',
  'forward',
  'backward',
  'merging',
  'waiting',
  'reduction',
  'update',
  'commit',
] as const satisfies readonly Phase[];
export type TimedPhase = (typeof timedPhases)[number];

export function isTimed(phase: Phase): phase is TimedPhase {
  return (timedPhases as readonly Phase[]).includes(phase);
}

/** What a rank did from one time to another, in milliseconds on the clock of all threads. */
export interface Span {
  /** A phase, or the whole of a step; the phases lie inside of it and never overlap. */
  readonly kind: TimedPhase | 'step';
  /** Counts from 1. */
  readonly step: number;
  /** The first leaf that a forward or backward pass is of, and how many are computed together. */
  readonly leaf: number | null;
  readonly leaves: number;
  readonly begin: number;
  readonly end: number;
}

/** Where the time of one rank went. */
export interface RankTimeline {
  readonly rank: number;
  /** Steps that were recorded. */
  readonly steps: number;
  /** When the first of them began and the last one ended. */
  readonly begin: number;
  readonly end: number;
  /** The time in all of them, and what of it each phase took; the rest is between phases. */
  readonly stepMs: number;
  readonly phaseMs: Readonly<Record<TimedPhase, number>>;
  /** All that happened in the last steps, in the order in which it ended. */
  readonly spans: readonly Span[];
  /** The most bytes of the rank's arena that were in use at once, once kernels were checked. */
  readonly arenaPeakBytes: number;
}

/** Which steps a timeline records. */
export interface TimelineOptions {
  /** Steps that are left out before, because code is still being compiled; 0 by default. */
  readonly afterStep?: number;
  /** Of how many steps, the last ones, single spans are kept; 0 by default. */
  readonly keepSteps?: number;
}

/** Spans that are kept; where the last steps have more, fewer steps are kept. */
const capacity = 65_536;
/** Numbers of a span: its kind, step, leaf and leaves, its begin and end. */
const width = 6;
const none = -1;
/** The kind of a span that is no phase. */
const wholeStep = timedPhases.length;

/**
 * The times at which a rank went from phase to phase. A rank that is not timed has none, so all that
 * remains there is to see that it has none. Spans go to a ring in the thread's own memory, and are
 * asked for when the run is over.
 */
export class Timeline {
  private readonly afterStep: number;
  private readonly keepSteps: number;
  private readonly ring: Float64Array;
  private written = 0;
  private readonly totals = new Float64Array(timedPhases.length);
  private steps = 0;
  private stepMs = 0;
  private firstBegin = 0;
  private lastEnd = 0;
  /** The step that is recorded, and the span that is open. */
  private step = none;
  private stepBegin = 0;
  private phase = none;
  private leaf = none;
  private leaves = 0;
  private begin = 0;

  /** @param now milliseconds; by default on a clock that is the same in every thread */
  constructor(
    { afterStep = 0, keepSteps = 0 }: TimelineOptions,
    private readonly now: () => number = threadClock(),
  ) {
    this.afterStep = afterStep;
    this.keepSteps = keepSteps;
    this.ring = new Float64Array(keepSteps > 0 ? capacity * width : 0);
  }

  /** @param step counts from 1 */
  beginStep(step: number): void {
    if (step <= this.afterStep) return;
    this.step = step;
    this.stepBegin = this.now();
    if (this.steps === 0) this.firstBegin = this.stepBegin;
  }

  /** Ends the span before, if one is open. A pass backward is of the leaves of the pass forward. */
  enter(kind: TimedPhase, leaf?: number, leaves = 1): void {
    if (this.step === none) return;
    const phase = timedPhases.indexOf(kind);
    const first = kind === 'backward' ? this.leaf : (leaf ?? none);
    const together = kind === 'backward' ? this.leaves : leaf === undefined ? 0 : leaves;
    if (phase === this.phase && first === this.leaf) return;
    const now = this.now();
    this.close(now);
    this.phase = phase;
    this.leaf = first;
    this.leaves = together;
    this.begin = now;
  }

  /** Ends the span that is open; what follows is of no phase. */
  leave(): void {
    if (this.phase !== none) this.close(this.now());
  }

  endStep(): void {
    if (this.step === none) return;
    const now = this.now();
    this.close(now);
    this.keep(wholeStep, this.stepBegin, now);
    this.steps += 1;
    this.stepMs += now - this.stepBegin;
    this.lastEnd = now;
    this.step = none;
  }

  /** Forgets the step that is recorded: it was left before its end, and will be done again. */
  dropStep(): void {
    this.phase = none;
    this.leaf = none;
    this.leaves = 0;
    this.step = none;
  }

  read(rank: number, arenaPeakBytes: number): RankTimeline {
    const { steps, stepMs, totals, firstBegin: begin, lastEnd: end } = this;
    const phaseMs = Object.fromEntries(timedPhases.map((kind, i) => [kind, totals[i] ?? 0]));
    return {
      rank,
      steps,
      begin,
      end,
      stepMs,
      phaseMs: phaseMs as Record<TimedPhase, number>,
      spans: this.lastSpans(),
      arenaPeakBytes,
    };
  }

  private close(now: number): void {
    const { phase } = this;
    if (phase === none) return;
    this.totals[phase] = (this.totals[phase] ?? 0) + now - this.begin;
    this.keep(phase, this.begin, now);
    this.phase = none;
    this.leaf = none;
    this.leaves = 0;
  }

  private keep(kind: number, begin: number, end: number): void {
    if (this.ring.length === 0) return;
    const at = (this.written % capacity) * width;
    this.ring[at] = kind;
    this.ring[at + 1] = this.step;
    this.ring[at + 2] = this.leaf;
    this.ring[at + 3] = this.leaves;
    this.ring[at + 4] = begin;
    this.ring[at + 5] = end;
    this.written += 1;
  }

  /** The spans of the last steps that are in the ring from their beginning to their end. */
  private lastSpans(): Span[] {
    const held = Math.min(this.written, capacity);
    const spans = Array.from({ length: this.ring.length === 0 ? 0 : held }, (_, i) =>
      this.spanAt((this.written - held + i) % capacity),
    );
    // Of the oldest step in a full ring, the beginning may have been written over.
    const cut = this.written > capacity ? (spans[0]?.step ?? none) : none;
    const whole = spans.filter(({ kind, step }) => kind === 'step' && step !== cut);
    const kept = new Set(whole.slice(-this.keepSteps).map(({ step }) => step));
    return spans.filter(({ step }) => kept.has(step));
  }

  private spanAt(index: number): Span {
    const at = index * width;
    const [kind = 0, step = 0, leaf = none, leaves = 0, begin = 0, end = 0] = this.ring.subarray(
      at,
      at + width,
    );
    return {
      kind: timedPhases[kind] ?? 'step',
      step,
      leaf: leaf === none ? null : leaf,
      leaves,
      begin,
      end,
    };
  }
}

/**
 * `performance.now()` counts from the start of each thread, and `performance.timeOrigin` says when
 * that was by the wall clock, which is set now and then. `process.hrtime()` is one clock for all
 * threads, but makes an array each time. So the distance of the two is taken once, in a moment in
 * which the two readings came as close to each other as they get.
 */
function threadClock(): () => number {
  let [offset, closest] = [0, Infinity];
  for (let i = 0; i < 64; i++) {
    const before = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const after = performance.now();
    if (after - before >= closest) continue;
    closest = after - before;
    offset = seconds * 1e3 + nanoseconds / 1e6 - (before + after) / 2;
  }
  return () => performance.now() + offset;
}
