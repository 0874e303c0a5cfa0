import { shownText } from './files/shown-text.js';
import { classOf } from './plain-object.js';

/** Elements of a list, or entries of an object, that are shown. */
const mostShown = 4;

/**
 * A value that should have been another, in a few words: `'abc'`, `[1, 2]`, `{ axis: 1 }`, `a Linear`,
 * `the class ReLU`.
 *
 * @param depth how many lists and objects within each other are gone into
 */
export function describeValue(value: unknown, depth = 2): string {
  if (typeof value === 'string') return `'${shownText(value)}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return describeFunction(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    if (depth === 0) return '[...]';
    return `[${shown(value, (one) => describeValue(one, depth - 1))}]`;
  }
  const name = classOf(value);
  if (name === '') return 'an object';
  if (name !== null) return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  if (depth === 0) return '{...}';
  return `{ ${shown(entries, ([key, one]) => `${shownText(key)}: ${describeValue(one, depth - 1)}`)} }`;
}

/** Whether a function is a class, which gives nothing without `new`. */
export function isClass(value: unknown): boolean {
  return typeof value === 'function' && Function.prototype.toString.call(value).startsWith('class');
}

function describeFunction(value: { readonly name: string }): string {
  const kind = isClass(value) ? 'class' : 'function';
  return value.name === '' ? `a ${kind}` : `the ${kind} ${value.name}`;
}

function shown<T>(items: readonly T[], describe: (item: T) => string): string {
  const words = items.slice(0, mostShown).map(describe);
  return [...words, ...(items.length > mostShown ? ['...'] : [])].join(', ');
}
