import { DltrainError } from '@dltrain/core';

/** Where a rank was when something happened to it. */
export interface RankPlace {
  readonly rank: number;
  readonly phase: string;
  /** The step it was in, counted from 1; 0 before the first. */
  readonly step: number;
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
    super(`rank ${place.rank} ${what} in ${during}`);
  }
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

/** Thrown inside a rank to leave a step that another rank, or the main thread, has ended. */
export class AbortedError extends DltrainError {}
