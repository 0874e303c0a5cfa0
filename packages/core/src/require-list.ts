import { describeValue } from './describe-value.js';
import { ValueError } from './errors.js';

/** @throws ValueError for what is no list, as of sizes that were given one by one */
export function requireList(op: string, what: string, given: unknown, example: string): void {
  if (Array.isArray(given)) return;
  throw new ValueError(
    `${op}: the ${what} come in a list, as in ${op}(${example}), not as ${describeValue(given)}`,
  );
}
