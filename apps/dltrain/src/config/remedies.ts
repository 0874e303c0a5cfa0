import { parseDuration } from './duration.js';

interface Mismatch {
  /** The kind of value, as zod calls it. */
  readonly expected: string;
  /** What is said of the value. */
  readonly told: string;
  readonly value: unknown;
}

/** What to write instead of a value that is of another kind than the key at a path takes. */
export function remedyForType(
  path: string,
  { expected, told, value }: Mismatch,
): string | undefined {
  const own = remedyForKey(path, value) ?? remedyForDuration(told, value);
  if (own !== undefined) return own;
  const wantsNumber = expected === 'number' || expected === 'int';
  if (wantsNumber && typeof value === 'string') {
    const digits = value.replaceAll(/[_, ]/g, '');
    if (digits !== '' && Number.isFinite(Number(digits)))
      return digits === value ? `write ${digits}, without quotes` : `write ${digits}`;
  }
  if (expected === 'boolean' && typeof value === 'string') {
    if (/^(yes|on|y)$/i.test(value)) return 'write true';
    if (/^(no|off|n)$/i.test(value)) return 'write false';
  }
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return `put it in quotes: "${value}"`;
  }
  if (expected === 'array' && value !== null && typeof value !== 'object') {
    return `write [${JSON.stringify(value).replace(/^"(.*)"$/, '$1')}]`;
  }
  if (value === null) return 'give a value, or remove the key for its default';
  return undefined;
}

/** Where what was meant is clear from the key. */
function remedyForKey(path: string, value: unknown): string | undefined {
  if (path === 'resume' && value === true) {
    return 'write auto for the newest run that did not end, or name a run directory';
  }
  if (path !== 'checkpoint') return undefined;
  if (value === true) return 'write {every: 300s}, or remove the key, since that is the default';
  if (value === false) return 'write null';
  const every = typeof value === 'string' && parseDuration(value) ? value : '300s';
  return `write {every: ${every}}`;
}

/** A number without its unit, where the message names durations such as 1ep or 500ba. */
function remedyForDuration(told: string, value: unknown): string | undefined {
  if (typeof value !== 'number' || !(value > 0)) return undefined;
  // Epochs and batches are whole.
  const units = Number.isSafeInteger(value) ? ['ba', 'ep', 's'] : ['s'];
  const choices = units.filter((unit) => new RegExp(`\\b\\d+${unit}\\b`).test(told));
  if (choices.length === 0) return undefined;
  return `write ${choices.map((unit) => `${value}${unit}`).join(' or ')}`;
}
