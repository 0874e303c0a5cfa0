import { describeValue } from '@dltrain/core';
import { OptionsError } from './errors.js';

/**
 * Callers in JavaScript have no types that hold them to the words that an option may be.
 * @throws OptionsError for another
 */
export function oneOf(
  path: readonly (string | number)[],
  value: string,
  known: readonly string[],
): void {
  if (known.includes(value)) return;
  throw new OptionsError(
    path,
    `${path.at(-1) ?? ''} is ${describeValue(value)}; it must be ${known.join(' or ')}`,
  );
}
