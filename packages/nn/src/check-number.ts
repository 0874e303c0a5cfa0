import { describeValue, isPlainObject, ValueError } from '@dltrain/core';

/**
 * @returns the same number
 * @throws ValueError for what is none, such as options in place of a number
 */
export function checkNumber(what: string, name: string, value: number): number {
  const given: unknown = value;
  if (typeof given === 'number') return given;
  const [own] = isPlainObject(given) ? Object.values(given) : [];
  const hint = typeof own === 'number' ? `: pass ${own} itself, not in an object` : '';
  throw new ValueError(`${what}: ${name} is ${describeValue(given)}; it must be a number${hint}`);
}
