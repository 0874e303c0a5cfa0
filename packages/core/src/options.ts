import { describeValue } from './describe-value.js';
import { nearestName, plainName } from './did-you-mean.js';
import { isFloat, type DType } from './dtype.js';
import { ValueError } from './errors.js';
import { isPlainObject } from './plain-object.js';

/** What the value of an option must be, where that is checked together with the names. */
export type OptionKind = keyof typeof expectations;

/** The names that options may have, all those of their type; `true` where another checks the value. */
export type OptionNames<O> = { readonly [Name in keyof O]-?: true | OptionKind };

/** What is wrong with options, and with which of them; none where they are no object at all. */
export interface OptionsProblem {
  readonly option?: string;
  readonly message: string;
}

const expectations = {
  boolean: 'true or false',
  number: 'a number',
  string: 'a text',
  dtype: "'f32' or 'f64'",
  function: 'a function',
} as const;

/** What other libraries call an option, or what it is taken for. */
const otherNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['dim', ['axis']],
  ['dims', ['axis']],
  ['axes', ['axis']],
  ['keepdims', ['keepdim']],
  ['unbiased', ['correction']],
  ['ddof', ['correction']],
  ['ord', ['p']],
  ['weight', ['classWeights']],
  ['weights', ['weight', 'classWeights']],
  ['attnmask', ['mask']],
  ['iscausal', ['causal']],
  ['dropout', ['dropoutP']],
  ['type', ['dtype']],
]);

/**
 * Checks what a user passed as options: JavaScript would take a mistyped one in silence.
 *
 * @returns the same options
 * @throws ValueError unless they are an object of known names, with values of their kinds (or undefined)
 */
export function checkOptions<O extends object>(what: string, options: O, names: OptionNames<O>): O {
  const problem = problemWithOptions(what, options, names);
  if (problem !== undefined) throw new ValueError(problem.message);
  return options;
}

/**
 * The same for callers with an error of their own. Every op comes by here: options that are right are
 * walked through once, and nothing is allocated for them.
 */
export function problemWithOptions<O extends object>(
  what: string,
  options: O,
  names: OptionNames<O>,
): OptionsProblem | undefined {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return notAnObject(what, given, names);
  }
  let isEmpty = true;
  for (const name in options) {
    isEmpty = false;
    const kind: unknown = names[name];
    if (kind === true) continue;
    if (!Object.hasOwn(names, name)) return unknownIn(what, given, name, names);
    const value: unknown = options[name];
    if (value === undefined || isOf(kind as OptionKind, value)) continue;
    const expected = expectations[kind as OptionKind];
    const message = `${what}: '${name}' is ${describeValue(value)}; it must be ${expected}`;
    return { option: name, message };
  }
  // A Map or a Date shows no names. To ask for the prototype right away would take longer.
  if (isEmpty && given.constructor !== Object && !isPlainObject(given)) {
    return notAnObject(what, given, names);
  }
  return undefined;
}

/** Says that there is no such option (or argument), which was meant, and which there are. */
export function unknownOption(
  what: string,
  noun: string,
  name: string,
  names: readonly string[],
): string {
  const meant = meantBy(name, names);
  const hint = meant === undefined ? '' : ` Did you mean '${meant}'?`;
  return `${what} has no ${noun} ${describeValue(name)}.${hint} ${listOf(names)}`;
}

/** What has a class and other names than options was not meant as options. */
function unknownIn(what: string, given: object, name: string, names: object): OptionsProblem {
  if (!isPlainObject(given)) return notAnObject(what, given, names);
  return { option: name, message: unknownOption(what, 'option', name, Object.keys(names)) };
}

function notAnObject(what: string, given: unknown, names: object): OptionsProblem {
  const known = Object.keys(names);
  const value = known[0] === 'axis' && typeof given === 'number' ? String(given) : '...';
  const example = known.length === 0 ? '' : `, such as { ${known[0]}: ${value} }`;
  const message = `${what}: options come in an object${example}, not as ${describeValue(given)}. ${listOf(known)}`;
  return { message };
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'It takes none.' : `It takes ${names.join(', ')}.`;
}

/**
 * The name that is meant by another spelling, another library's word (`dim`), or a shortened (`pad`),
 * mistyped (`bais`) or written out (`learningRate`) one.
 */
function meantBy(name: string, names: readonly string[]): string | undefined {
  const plain = plainName(name);
  const initials = (name.match(/^[a-z]|[A-Z]|(?<=[-_ ])[a-z]/g) ?? []).join('').toLowerCase();
  return (
    names.find((one) => plainName(one) === plain) ??
    otherNames.get(plain)?.find((one) => names.includes(one)) ??
    names.find((one) => plain.length > 2 && plainName(one).startsWith(plain)) ??
    nearestName(name, names) ??
    names.find((one) => one === initials)
  );
}

function isOf(kind: OptionKind, value: unknown): boolean {
  return kind === 'dtype' ? isFloat(value as DType) : typeof value === kind;
}
