import type { RecoveryEvent, StartEvent } from '@dltrain/runtime';
import { firstDifference } from './compare.js';
import type { Difference, Trail } from './compare.js';
import type { Variant } from './variant.js';

/** What came of one variant. */
export interface Outcome {
  readonly variant: Variant;
  /** Null when it did not get that far. */
  readonly start: StartEvent | null;
  readonly trail: Trail;
  readonly recoveries: readonly RecoveryEvent[];
  /** Why it ended before its end. */
  readonly failure: string | null;
}

/** An outcome beside that of the run that all are compared with. */
export interface Judged extends Outcome {
  readonly isReference: boolean;
  readonly difference: Difference | null;
  /** What is wrong besides the weights: the run failed, or the worker to be killed lived on. */
  readonly fault: string | null;
}

/** Compares every run with the first one that is without fault, or else the one that got furthest. */
export function judge(outcomes: readonly Outcome[]): Judged[] {
  const [furthest] = [...outcomes].sort((a, b) => b.trail.length - a.trail.length);
  const reference = outcomes.find((outcome) => faultOf(outcome) === null) ?? furthest;
  return outcomes.map((outcome) => ({
    ...outcome,
    isReference: outcome === reference,
    difference: firstDifference(reference?.trail ?? [], outcome.trail),
    fault: faultOf(outcome),
  }));
}

/** Whether a run is as it must be. */
export function isRight({ difference, fault }: Judged): boolean {
  return difference === null && fault === null;
}

function faultOf({ variant, failure, recoveries, trail }: Outcome): string | null {
  if (failure !== null) return `failed after step ${trail.length}: ${failure}`;
  // Agreement of runs that did nothing, or were left alone, would prove nothing.
  if (trail.length === 0) return 'trained no step';
  const isLeftAlone = variant.isKilled && recoveries.length === 0;
  return isLeftAlone ? 'no worker was replaced, though one was to be killed' : null;
}
