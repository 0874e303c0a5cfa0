import { UsageError } from './usage-error.js';

/**
 * The whole numbers of a list such as `1,2,4`, without what is said twice, from the smallest on.
 *
 * @throws UsageError naming the option
 */
export function wholeNumbers(option: string, words: string): number[] {
  const numbers = words.split(',').map((word) => wholeNumber(option, word));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** @throws UsageError naming the option when the word is no whole number of 1 or more */
export function wholeNumber(option: string, word: string): number {
  const value = Number(word);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new UsageError(`${option} takes whole numbers of 1 or more, not '${word}'`);
}
