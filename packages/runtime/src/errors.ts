import { DltrainError } from '@dltrain/core';

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
  ) {
    const during = place.step > 0 ? `${place.phase} of step ${place.step}` : place.phase;
    const leaf = place.leaf === null ? '' : `, leaf ${place.leaf}`;
    super(`rank ${place.rank} ${what} in ${during}${leaf}${adviceOn(what)}`);
  }
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
  ) {
    super(
      `step ${step}: the gradient of ${parameter} is not finite, so the step was not applied; ` +
        'lower the learning rate, clip the norm of the gradient, or look for bad values in the data',
    );
  }
}

/** Options that cannot be trained with. */
export class OptionsError extends DltrainError {
  constructor(
    /** The option, as a path: `['trainer', 'batchSize']`. */
    readonly path: readonly (string | number)[],
    message: string,
  ) {
    super(message);
  }
}

/** A checkpoint that could not be written, in a run that is to end then. */
export class CheckpointError extends DltrainError {}

/** A run that cannot go on from where it was told to; the message lists why. */
export class ResumeError extends DltrainError {}

/** Thrown inside a rank to leave a step that another rank, or the main thread, has ended. */
export class AbortedError extends DltrainError {}
