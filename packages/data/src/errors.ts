import { DltrainError } from '@dltrain/core';

/**
 * Data that cannot be used as it is: a file that is missing, truncated, oversized or malformed, or
 * a dataset module whose samples do not fit together. The message begins with the place, as
 * `file:line:column` where the data is text.
 */
export class DataError extends DltrainError {}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
