import { DltrainError, OutOfMemoryError } from '@dltrain/core';
import { NonFiniteError, RankError } from '@dltrain/runtime';
import { inWordsOfConfig } from './config/words-of-errors.js';

/** What to say of an error that ended a run: with its stack only where it is nobody's mistake but ours. */
export function describeFailure(error: unknown): { message: string; told: string; stack: string } {
  if (!(error instanceof Error)) {
    const text = String(error);
    return { message: text, told: text, stack: text };
  }
  const known = knownErrors(error);
  const message = known === null ? error.message : known.map(inWordsOfConfig).join('\n');
  const stack = error.stack ?? error.message;
  return { message, told: known === null ? stack : message, stack };
}

/** The errors that one stands for, if all of them were thrown on purpose. */
function knownErrors(error: unknown): Error[] | null {
  if (error instanceof DltrainError || error instanceof OutOfMemoryError) return [error];
  if (!(error instanceof AggregateError) || error.errors.length === 0) return null;
  const found = error.errors.map(knownErrors);
  return found.includes(null) ? null : found.flatMap((one) => one ?? []);
}

/** Whether the step that failed would do so again: by a gradient that is not finite, or what a rank threw. */
export function wouldFailAgain(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(wouldFailAgain);
  return (
    error instanceof NonFiniteError || (error instanceof RankError && error.rankStack !== null)
  );
}
