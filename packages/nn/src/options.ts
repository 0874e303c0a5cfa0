import { ValueError } from '@dltrain/core';
import { nearestName } from './did-you-mean.js';
import { describeGiven } from './given.js';

/** What an option must be; `any` is for those that the constructor checks itself. */
export type OptionKind = 'boolean' | 'number' | 'dtype' | 'function' | 'any';

/** The options of a class, all of them, by name. */
export type OptionKinds<T> = Readonly<Record<keyof Required<T>, OptionKind>>;

const expectations = {
  boolean: 'true or false',
  number: 'a number',
  dtype: "'f32' or 'f64'",
  function: 'a function',
} as const;

/**
 * Checks what a user passed as options: JavaScript would take a mistyped one in silence.
 *
 * @returns the same options
 * @throws ValueError unless they are an object of known names, with values of their kinds (or undefined)
 */
export function checkOptions<T extends object>(what: string, options: T, kinds: OptionKinds<T>): T {
  const given: unknown = options;
  const names = Object.keys(kinds);
  const known = names.length === 0 ? 'It takes none.' : `It takes ${names.join(', ')}.`;
  if (!isOptions(given)) {
    const example = names[0] === undefined ? '' : `, such as { ${names[0]}: ... }`;
    throw new ValueError(
      `${what}: options come in an object${example}, not as ${describeGiven(given)}. ${known}`,
    );
  }
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(kinds, name)) {
      const meant = meantName(name, names);
      const hint = meant === undefined ? '' : ` Did you mean '${meant}'?`;
      throw new ValueError(`${what} has no option '${name}'.${hint} ${known}`);
    }
    const kind: OptionKind = kinds[name as keyof T];
    if (kind !== 'any' && value !== undefined && !isOf(kind, value)) {
      throw new ValueError(
        `${what}: '${name}' is ${describeGiven(value)}; it must be ${expectations[kind]}`,
      );
    }
  }
  return options;
}

/**
 * @returns the same number
 * @throws ValueError for what is none, such as options in place of a number
 */
export function checkNumber(what: string, name: string, value: number): number {
  const given: unknown = value;
  if (typeof given === 'number') return given;
  const [own] = isOptions(given) ? Object.values(given) : [];
  const hint = typeof own === 'number' ? `: pass ${own} itself, not in an object` : '';
  throw new ValueError(`${what}: ${name} is ${describeGiven(given)}; it must be a number${hint}`);
}

/** Whether this may hold options: an object that is of no class. */
function isOptions(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  // Of another context `Object` is another one, too, so the name counts.
  const prototype = Object.getPrototypeOf(value) as { readonly constructor?: unknown } | null;
  const { constructor = null } = prototype ?? {};
  return (
    constructor === null || (typeof constructor === 'function' && constructor.name === 'Object')
  );
}

/** The name that is meant by a shortened (`pad`), mistyped (`bais`) or written out (`learningRate`) one. */
function meantName(name: string, names: readonly string[]): string | undefined {
  const initials = name.charAt(0) + name.replace(/[^A-Z]/g, '');
  return (
    names.find((candidate) => name.length > 2 && candidate.startsWith(name)) ??
    nearestName(name, names) ??
    names.find((candidate) => candidate === initials.toLowerCase())
  );
}

function isOf(kind: Exclude<OptionKind, 'any'>, value: unknown): boolean {
  return kind === 'dtype' ? value === 'f32' || value === 'f64' : typeof value === kind;
}
