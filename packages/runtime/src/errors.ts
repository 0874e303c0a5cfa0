import { DltrainError } from '@dltrain/core';
import { describeDifferences, type IdentityDifference } from './checkpoint/identity-differences.js';

/** Where a rank was when something happened to it. */
export interface RankPlace {
  readonly rank: number;
  readonly phase: string;
  /** The step it was in, counted from 1; 0 before the first. */
  readonly step: number;
  /**
   * The leaf of the batch, or of the samples of an evaluation, that it computed, counted from 0, and the
   * first of those that are computed together; null in other phases.
   */
  readonly leaf: number | null;
}

/** A rank that threw, trapped, exited or stopped answering. */
export class RankError extends DltrainError {
  constructor(
    readonly place: RankPlace,
    what: string,
    /** The stack of the rank's thread, where it could be had. */
    readonly rankStack: string | null,
    /** Ranks that were replaced before the run gave up. */
    readonly restarts = 0,
    /** Why it gave up. */
    remark = '',
  ) {
    const advice = adviceOn(what);
    super(
      `rank ${place.rank} ${what} in ${describePlace(place)}${advice}${remark && `; ${remark}`}`,
    );
  }
}

/** `forward of step 3, leaf 1` */
export function describePlace({ phase, step, leaf }: RankPlace): string {
  const during = step > 0 ? `${phase} of step ${step}` : phase;
  return leaf === null ? during : `${during}, leaf ${leaf}`;
}

/** Beyond this, numbers of 32 bits overflow as soon as two of them are multiplied. */
const huge = 1e18;

/** What to do about a NaN or an infinity that arose because everything had grown too large. */
function adviceOn(what: string): string {
  if (!what.includes('AnomalyError')) return '';
  const numbers = what.match(/\d+(?:\.\d+)?(?:e\+\d+)?/g) ?? [];
  return numbers.some((number) => Number(number) > huge)
    ? '; values have grown too large: lower the learning rate, or clip the gradient'
    : '';
}

/** A gradient that is not a number or not finite; the weights are those of the step before. */
export class NonFiniteError extends DltrainError {
  constructor(
    readonly step: number,
    readonly parameter: string,
    /** The module that the parameter is of, such as `Linear 'encoder.0'`. */
    readonly layer: string,
    /** The first leaf of the batch with such a gradient, from 0; null where only the sum of all overflowed. */
    readonly leaf: number | null,
  ) {
    super(
      `step ${step}: the gradient of ${parameter} is not finite, ` +
        (leaf === null ? 'though that of each leaf is' : `first in leaf ${leaf}`) +
        ` (${layer}), so the step was not applied; lower the learning rate, clip the norm of the ` +
        "gradient, look for bad values in the data, or let such steps pass with trainer.onNonfinite: 'skip'",
    );
  }
}

/** Options that cannot be trained with. */
export class OptionsError extends DltrainError {
  constructor(
    /** The option, as a path: `['trainer', 'batchSize']`. */
    readonly path: readonly (string | number)[],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A checkpoint that could not be written, in a run that is to end then. */
export class CheckpointError extends DltrainError {}

/** A run that cannot go on from where it was told to; the message lists why. */
export class ResumeError extends DltrainError {}

/** A checkpoint that is whole, but of a run that would give other weights. */
export class IdentityError extends ResumeError {
  constructor(
    /** The checkpoint's directory. */
    readonly checkpoint: string,
    /** All in which the run differs, causes before what follows from them. */
    readonly differences: readonly IdentityDifference[],
  ) {
    const lines = describeDifferences(differences).map((line) => `\n  ${line}`);
    super(
      `${checkpoint} is of another run; what fixes the result must be as it was:${lines.join('')}\n` +
        'Give the options of that run, and its modules as they were, or train anew from its weights with initFrom.',
    );
  }
}

/** Thrown inside a rank to leave a step because another rank was lost, or the run ends. */
export class AbortedError extends DltrainError {}
