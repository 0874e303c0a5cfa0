import { ValueError } from './errors.js';

/** The names that an options object may have: all those of its type. */
export type OptionNames<O> = { readonly [Name in keyof O]-?: true };

/** What other libraries call an option, or what it is taken for. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  dim: ['axis'],
  dims: ['axis'],
  axes: ['axis'],
  keepdims: ['keepdim'],
  requiregrad: ['requiresGrad'],
  unbiased: ['correction'],
  ddof: ['correction'],
  ord: ['p'],
  weight: ['classWeights'],
  weights: ['weight', 'classWeights'],
  attnmask: ['mask'],
  iscausal: ['causal'],
  dropout: ['dropoutP'],
  type: ['dtype'],
};

/**
 * Checks an options object: that it is one, and that the op knows each name in it.
 * @throws ValueError that says what was meant
 */
export function checkOptions<O extends object>(
  op: string,
  options: O,
  names: OptionNames<O>,
): void {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw notAnObject(op, given, Object.keys(names));
  }
  for (const name in options) {
    if (name in names) continue;
    const allowed = Object.keys(names);
    const plain = Object.getPrototypeOf(options) === Object.prototype;
    throw plain ? unknownOption(op, name, allowed) : notAnObject(op, options, allowed);
  }
}

function notAnObject(op: string, given: unknown, names: readonly string[]): ValueError {
  const [first = ''] = names;
  const value = first === 'axis' && typeof given === 'number' ? String(given) : '...';
  return new ValueError(
    `${op}: options come in an object, as in ${op}({ ${first}: ${value} }), not as ${describeValue(given)}`,
  );
}

function unknownOption(op: string, name: string, names: readonly string[]): ValueError {
  const meant = meantBy(name, names);
  const remedy =
    meant === undefined
      ? `there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`
      : `did you mean '${meant}'?`;
  return new ValueError(`${op}: there is no option '${name}'; ${remedy}`);
}

/** The name that was meant: another spelling, another library's word, or at most two letters away. */
function meantBy(name: string, names: readonly string[]): string | undefined {
  const plain = name.replaceAll('_', '').toLowerCase();
  const spelled = names.find((one) => one.toLowerCase() === plain);
  const translated = otherNames[plain]?.find((one) => names.includes(one));
  if (spelled !== undefined || translated !== undefined) return spelled ?? translated;
  const [nearest] = names
    .map((one) => ({ one, apart: distance(plain, one.toLowerCase()) }))
    .filter(({ one, apart }) => apart <= Math.min(2, one.length / 3))
    .sort((a, b) => a.apart - b.apart);
  return nearest?.one;
}

/** How many letters are to be put in, left out or changed to make one word of another. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A value that should have been another, in a few words. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    const shown = value.slice(0, 4).map(describeValue);
    return `[${[...shown, ...(value.length > 4 ? ['...'] : [])].join(', ')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const { name } = value.constructor;
    return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
  }
  const entries = Object.entries(value).map(([name, one]) => `${name}: ${describeValue(one)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** @throws ValueError for what is no list, as of sizes that were given one by one */
export function requireList(op: string, what: string, given: unknown, example: string): void {
  if (Array.isArray(given)) return;
  throw new ValueError(
    `${op}: the ${what} come in a list, as in ${op}(${example}), not as ${describeValue(given)}`,
  );
}
