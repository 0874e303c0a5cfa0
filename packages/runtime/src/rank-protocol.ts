import type { MessagePort } from 'node:worker_threads';
import type { EvaluatedSplit, RankOrders } from './rank-context.js';
import type { StatisticsOutcome, StatisticsPlan } from './statistics.js';
import type { RankTimeline } from './timeline.js';

/** What piscina hands to a rank's thread: one task for the whole run. */
export interface RankTask {
  readonly rank: number;
  readonly orders: RankOrders;
  /** The rank's end of the control plane. */
  readonly port: MessagePort;
}

/** A run of steps within one epoch. */
export interface Segment {
  readonly epoch: number;
  /** Number of the first step, over the whole run and within the epoch; both from 0. */
  readonly step: number;
  readonly stepOfEpoch: number;
  readonly count: number;
}

/** The calls that the main thread makes to a rank. Each answers with an outcome, it never throws. */
export interface RankApi {
  setUp(): Promise<Outcome<null>>;
  /** Runs the steps, or fewer when a stop was asked for; answers with how many. */
  train(segment: Segment): Promise<Outcome<number>>;
  /** The means, or null when a stop was asked for meanwhile. */
  evaluate(split: EvaluatedSplit): Promise<Outcome<number[] | null>>;
  /** Looks at the layers; one rank alone is asked. */
  statistics(plan: StatisticsPlan): Promise<Outcome<StatisticsOutcome>>;
  /** Copies the rank's slice of what is in force to where it is written to disk from. */
  snapshot(): Promise<Outcome<null>>;
  /** Where the rank's time went; null in a run that is not timed. */
  timeline(): Promise<Outcome<RankTimeline | null>>;
  /** Lets the rank's task return. */
  finish(): Promise<Outcome<null>>;
}

export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** An error in a form that survives the way between threads. */
export type Failure =
  /** The rank was called back. */
  | { readonly kind: 'aborted' }
  | {
      readonly kind: 'non-finite';
      readonly step: number;
      readonly parameter: string;
      readonly layer: string;
      readonly leaf: number | null;
    }
  | {
      readonly kind: 'options';
      readonly message: string;
      readonly path: readonly (string | number)[];
    }
  /** An error of dltrain's own: data, shapes or sizes that would be as wrong the next time. */
  | { readonly kind: 'mistake'; readonly message: string; readonly stack: string | null }
  | { readonly kind: 'error'; readonly message: string; readonly stack: string | null };
