import { nearestName } from '@dltrain/core';
import type * as z from 'zod';
import { ourKeyFor } from './foreign-keys.js';
import { remedyForType } from './remedies.js';
import type { Path } from './yaml-source.js';

type Issue = z.core.$ZodIssue;

/** One schema violation in words, and which part of the config it is about. */
export interface Finding {
  readonly path: Path;
  readonly part: 'key' | 'value';
  readonly what: string;
  readonly remedy?: string | undefined;
}

/**
 * Given to `safeParse` so that an unknown key arrives with the keys that are known in its place:
 * the message of such an issue is their list, separated by spaces.
 */
export function knownKeysAsMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys' || issue.inst === undefined) return undefined;
  const definition = issue.inst._zod.def;
  if (!('shape' in definition) || typeof definition.shape !== 'object') return undefined;
  return Object.keys(definition.shape ?? {}).join(' ');
}

/** Puts the issues of a failed parse of `root` into words, each mistake once. */
export function explainIssues(
  issues: readonly Issue[],
  root: unknown,
  sections: ReadonlyMap<string, string>,
): Finding[] {
  const flat = issues.flatMap((issue) => flatten(issue, [], root));
  const findings: Finding[] = [];
  /** Paths that an unknown key was meant to be: that they are missing need not be said as well. */
  const meant = new Set<string>();
  for (const issue of flat) {
    if (issue.code !== 'unrecognized_keys') continue;
    const known = issue.message.split(' ');
    for (const key of issue.keys) {
      const { finding, suggestion } = unknownKey(issue.path as Path, key, known, sections);
      findings.push(finding);
      if (suggestion !== undefined) meant.add(suggestion);
    }
  }
  for (const issue of flat) {
    if (issue.code === 'unrecognized_keys') continue;
    if (meant.has(dotted(issue.path as Path)) && valueAt(root, issue.path as Path) === undefined) {
      continue;
    }
    findings.push(explain(issue, root));
  }
  return findings;
}

/** `trainer.batch_size` for a path. */
function dotted(path: Path): string {
  return path.join('.');
}

/** The value at a path of plain data; undefined where there is none. */
function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

/** A value as it is quoted in messages: short, on one line. */
function quote(value: unknown): string {
  const text =
    typeof value === 'number' || value === undefined ? String(value) : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

function unknownKey(
  section: Path,
  key: string,
  known: readonly string[],
  sections: ReadonlyMap<string, string>,
): { finding: Finding; suggestion: string | undefined } {
  const path = [...section, key];
  const where = section.length === 0 ? '' : ` in '${dotted(section)}'`;
  const what = `unknown key '${quoteKey(key)}'${where}`;
  const found = (remedy: string, suggestion?: string) => ({
    finding: { path, part: 'key' as const, what, remedy },
    suggestion,
  });
  if (key === '<<') return found('merging (<<: *name) is not supported; write the keys out');
  const near = nearestName(key, known);
  if (near !== undefined) return found(`did you mean '${near}'?`, dotted([...section, near]));
  const ours = ourKeyFor(key, dotted(section));
  if (ours !== undefined) {
    // A foreign name for a parameter of this very mapping is answered in its own words.
    const here = section.length > 0 && known.includes(lastPart(ours));
    const target = here ? dotted([...section, lastPart(ours)]) : ours;
    const stands = here || ours.includes('.') || known.includes(ours) || sections.has(ours);
    if (stands) return found(`use '${here ? lastPart(ours) : ours}'`, target);
  }
  const elsewhere = sections.get(key);
  if (elsewhere !== undefined) return found(`it belongs in '${elsewhere}'`, `${elsewhere}.${key}`);
  return found(`the keys here are ${listWords(known)}`);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function quoteKey(key: string): string {
  return key.length <= 40 ? key : `${key.slice(0, 39)}…`;
}

/** Replaces an issue about a union by those of the alternative that was meant. */
function flatten(issue: Issue, prefix: Path, root: unknown): Issue[] {
  const path = [...prefix, ...(issue.path as Path)];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, path }];
  const branches = issue.errors;
  const value = valueAt(root, path);
  const meant = branches
    .filter((branch) => !branch.some(isRootMismatch))
    .sort((a, b) => strangeness(a, value) - strangeness(b, value))[0];
  if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path, root));
  return [
    noneFits(
      issue,
      branches.flat().flatMap((one) => flatten(one, path, root)),
      path,
    ),
  ];
}

/** What to say where a value is of no kind that is allowed: all the words and kinds at once. */
function noneFits(issue: Issue, inner: readonly Issue[], path: Path): Issue {
  const told = inner.find((one) => one.code === 'invalid_value' && !isStandard(one));
  if (told !== undefined) return told;
  const words = inner.flatMap((one) =>
    one.code === 'invalid_value' ? one.values.map(String) : [],
  );
  const others = inner.flatMap((one) =>
    one.code === 'invalid_type' ? expectedKind(one.expected) : [],
  );
  const allowed = [...new Set([...words, ...others])];
  return { code: 'custom', path: [...path], message: issue.message, params: { words, allowed } };
}

/** Whether the words of an issue are zod's own rather than the schema's. */
function isStandard(issue: Issue): boolean {
  return issue.message.startsWith('Invalid ');
}

/** Whether a value is not even of the kind that an alternative is about. */
function isRootMismatch(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') {
    return issue.errors.length > 0 && issue.errors.every((branch) => branch.some(isRootMismatch));
  }
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

/** How little the keys of a value look like an alternative of a union. */
function strangeness(branch: readonly Issue[], value: unknown): number {
  let sum = 0;
  for (const issue of branch) {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
      const known = issue.message.split(' ');
      for (const key of issue.keys) sum += nearestName(key, known) === undefined ? 1 : 0.25;
    } else if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      if (issue.path.length > 0) continue;
      sum += Math.min(...issue.errors.map((inner) => strangeness(inner, value)));
    } else if (issue.path.length <= 1 && valueAt(value, issue.path as Path) === undefined) {
      // A type that is not said weighs more than any other key.
      sum += issue.code === 'invalid_union' ? 2.5 : 1;
    }
  }
  return sum;
}

function explain(issue: Issue, root: unknown): Finding {
  const path = issue.path as Path;
  const name = path.length === 0 ? 'the config' : `'${dotted(path)}'`;
  const value = valueAt(root, path);
  const given = issue.code === 'custom' ? (issue.params ?? {}) : {};
  if (value === undefined && (issue.code !== 'custom' || isWords(given.words))) {
    const options = isWords(given.words) ? given.words : optionsOf(issue);
    const remedy =
      options.length > 0
        ? `add it: one of ${listWords(options)}`
        : `add '${lastPart(dotted(path))}'`;
    return { path, part: 'key', what: `${name} is missing`, remedy };
  }
  const finding = (what: string, remedy?: string): Finding => ({
    path,
    part: 'value',
    what: `${name} ${what}`,
    remedy,
  });
  switch (issue.code) {
    case 'invalid_type': {
      const told = isStandard(issue) ? `must be ${expectedKind(issue.expected)}` : issue.message;
      return finding(
        `${told}, not ${quote(value)}`,
        remedyForType(dotted(path), { expected: issue.expected, told, value }),
      );
    }
    case 'too_small':
    case 'too_big':
      return finding(`must be ${bound(issue)}, not ${quote(value)}`);
    case 'invalid_value':
    case 'invalid_union': {
      if (issue.code === 'invalid_value' && !isStandard(issue)) return finding(issue.message);
      const options = optionsOf(issue);
      const near = typeof value === 'string' ? nearestName(value, options) : undefined;
      const choice = options.length === 1 ? options.join('') : `one of ${listWords(options)}`;
      return finding(
        `must be ${choice}, not ${quote(value)}`,
        near === undefined ? undefined : `did you mean '${near}'?`,
      );
    }
    case 'not_multiple_of':
      return finding(`must be a multiple of ${issue.divisor}, not ${quote(value)}`);
    case 'custom': {
      const { words, allowed } = given;
      if (!isWords(words) || !isWords(allowed)) return finding(issue.message);
      const near = typeof value === 'string' ? nearestName(value, words) : undefined;
      return finding(
        `must be ${listWords(allowed)}, not ${quote(value)}`,
        near === undefined ? undefined : `did you mean '${near}'?`,
      );
    }
    default:
      return finding(`${issue.message}, not ${quote(value)}`);
  }
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}

function optionsOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return issue.options.map(String);
  }
  return [];
}

function bound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const small = issue.code === 'too_small';
  const limit = Number(small ? issue.minimum : issue.maximum);
  const count = (noun: string) =>
    `${small ? 'at least' : 'at most'} ${limit} ${noun}${limit === 1 ? '' : 's'} long`;
  if (issue.origin === 'array') return count('item');
  if (issue.origin === 'string') return count('character');
  if (small) return issue.inclusive === true ? `at least ${limit}` : `greater than ${limit}`;
  return issue.inclusive === true ? `at most ${limit}` : `less than ${limit}`;
}

const kinds: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
  null: 'null',
};

function expectedKind(expected: string): string {
  return kinds[expected] ?? expected;
}

/** `a, b or c`. */
function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
