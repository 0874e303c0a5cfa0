import { launcherVariable } from '../command-name.js';
import { composeYaml, plainValue } from './bounded-yaml.js';
import type { Place, Problem } from './problem.js';
import type { Path } from './yaml-source.js';

/** A value set from outside the file, on the command line or by the environment. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly place: Place;
}

export type SettingResult =
  | { readonly setting: Setting; readonly problem?: undefined }
  | { readonly setting?: undefined; readonly problem: Problem };

const overridePattern = /^([A-Za-z_][\w-]*(?:\.[\w-]+)*)=(.*)$/s;

/** Whether a word of the command line is an override rather than a file. */
export function isOverride(word: string): boolean {
  return overridePattern.test(word);
}

/** Reads `key.path=value`; the value is YAML. */
export function parseOverride(text: string): SettingResult {
  const match = overridePattern.exec(text);
  const place: Place = { kind: 'override', text };
  if (match === null) {
    const remedy = "write key.path=value, such as 'trainer.batch_size=64'";
    return { problem: { place, what: 'this is no override', remedy } };
  }
  return readSetting((match[1] ?? '').split('.'), match[2] ?? '', place);
}

/** Variables of this prefix set config values: `DLTRAIN_TRAINER__BATCH_SIZE=64`. */
const prefix = 'DLTRAIN_';

/** Of the same prefix, but not about the config: the Node that the launcher starts, and itself. */
const otherVariables = new Set(['DLTRAIN_NODE', launcherVariable]);

/** The settings that the environment makes, in the order of their names. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>) {
  const results: SettingResult[] = [];
  for (const name of Object.keys(environment).sort()) {
    const value = environment[name];
    if (!name.startsWith(prefix) || otherVariables.has(name) || value === undefined) continue;
    const path = name.slice(prefix.length).toLowerCase().split('__');
    results.push(readSetting(path, value, { kind: 'environment', name, value }));
  }
  return results;
}

function readSetting(path: readonly string[], text: string, place: Place): SettingResult {
  const remedy = 'put text with special characters in quotes';
  const composed = composeYaml(text);
  if ('failure' in composed) return { problem: { place, what: composed.failure } };
  const document = composed.documents[0];
  if (document === undefined) return { setting: { path, value: null, place } };
  const error = document.errors[0] ?? document.warnings[0];
  if (error !== undefined) {
    return { problem: { place, what: `the value is not YAML: ${error.message}`, remedy } };
  }
  const plain = plainValue(document);
  if ('failure' in plain) return { problem: { place, what: plain.failure, remedy } };
  return { setting: { path, value: plain.value, place } };
}

/** A config's value with settings laid over it, and which setting made what. */
export interface Overlay {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** The place of the last setting that made the value at a path (or what encloses it). */
  originOf(path: Path): Setting | undefined;
  /** The last setting that said the value at a path itself; what it made beside that, is nobody's. */
  setterOf(path: Path): Setting | undefined;
}

/** Lays settings over a config's value, later ones over earlier ones; the value is not changed. */
export function applySettings(value: unknown, settings: readonly Setting[]): Overlay {
  let root = value;
  const problems: Problem[] = [];
  const made: { path: readonly string[]; setting: Setting }[] = [];
  for (const setting of settings) {
    const result = set(root, setting.path, 0, setting.value);
    if ('failure' in result) {
      problems.push({ place: setting.place, what: result.failure, remedy: result.remedy });
      continue;
    }
    root = result.value;
    made.push({ path: setting.path.slice(0, result.createdFrom), setting });
  }
  const leads = (own: readonly string[], path: Path) =>
    own.every((part, i) => part === String(path[i]));
  const originOf = (path: Path): Setting | undefined =>
    made.findLast((entry) => leads(entry.path, path))?.setting;
  const setterOf = (path: Path): Setting | undefined =>
    has(root, path)
      ? made.findLast(({ setting }) => leads(setting.path, path))?.setting
      : undefined;
  return { value: root, problems, originOf, setterOf };
}

/** Whether plain data have a value at a path. */
function has(value: unknown, path: Path): boolean {
  let inner = value;
  for (const part of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, part)) return false;
    inner = (inner as Record<string | number, unknown>)[part];
  }
  return true;
}

type SetResult =
  | {
      readonly value: unknown;
      /** How many parts of the path lead to what the setting made. */
      readonly createdFrom: number;
    }
  | { readonly failure: string; readonly remedy?: string };

function set(current: unknown, path: readonly string[], depth: number, value: unknown): SetResult {
  const part = path[depth];
  if (part === undefined) return { value, createdFrom: depth };
  if (Array.isArray(current)) {
    const index = /^\d+$/.test(part) ? Number(part) : -1;
    if (index < 0 || index > current.length) {
      const failure = `'${path.slice(0, depth).join('.')}' is a list of ${current.length}, so '${part}' names no item of it`;
      return { failure, remedy: `use 0 to ${current.length - 1}, or ${current.length} to append` };
    }
    const result = set(current[index], path, depth + 1, value);
    if ('failure' in result) return result;
    const items: unknown[] = [...(current as unknown[])];
    items[index] = result.value;
    return { value: items, createdFrom: result.createdFrom };
  }
  if (current === undefined || current === null) {
    const result = set(undefined, path, depth + 1, value);
    if ('failure' in result) return result;
    // What was made from nothing counts as made by the setting as a whole.
    return { value: entry({}, part, result.value), createdFrom: depth };
  }
  if (typeof current === 'object') {
    const old: Record<string, unknown> = { ...current };
    const result = set(Object.hasOwn(old, part) ? old[part] : undefined, path, depth + 1, value);
    if ('failure' in result) return result;
    return { value: entry(old, part, result.value), createdFrom: result.createdFrom };
  }
  // A bare word in the place of a mapping is its type: `- dropout` is `- {type: dropout}`.
  if (typeof current === 'string' && isTyped(path.slice(0, depth))) {
    return set({ type: current }, path, depth, value);
  }
  const where = path.slice(0, depth).join('.');
  const failure = `'${where}' is ${JSON.stringify(current)}, which has no '${part}' inside`;
  return { failure, remedy: `set '${where}' itself, or change the file` };
}

/** A copy with one entry set, in its old place if it had one; safe for any name. */
function entry(object: Record<string, unknown>, key: string, value: unknown): unknown {
  const entries = Object.entries(object);
  const known = entries.find(([name]) => name === key);
  if (known === undefined) entries.push([key, value]);
  else known[1] = value;
  return Object.fromEntries(entries);
}

function isTyped(path: readonly string[]): boolean {
  const name = path.join('.');
  return name === 'optimizer' || name === 'scheduler' || /^model\.layers\.\d+$/.test(name);
}
