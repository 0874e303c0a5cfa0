import { existsSync } from 'node:fs';
import { nearestName } from '@dltrain/core';
import { isOverride } from './config/overrides.js';
import { UsageError } from './usage-error.js';

/** The words of a command line that are not options: one config, and overrides in any place. */
export function splitWords(words: readonly string[]): { file: string; overrides: string[] } {
  const overrides = words.filter((word) => isOverride(word) && !existsSync(word));
  const files = words.filter((word) => !overrides.includes(word));
  const [file, second] = files;
  if (file === undefined) {
    throw new UsageError(
      "no config was given; write 'dltrain config.yaml', or 'dltrain init' for one to start from",
    );
  }
  if (second !== undefined) {
    throw new UsageError(
      `one config is trained at a time, and '${file}' and '${second}' were given; an override is written key.path=value`,
    );
  }
  return { file, overrides };
}

/** Options that take the next word as their value. */
const withValue = new Set([
  '--workers',
  '--run-dir',
  '--resume',
  '--input',
  '--output',
  '--steps',
  '--rounds',
  '--node',
  '--batch',
  '--trace',
  '--set',
  '--from',
  '--wrt',
  '--manual',
  '--svg',
  '--plot',
  '--depth',
  '--width',
]);

/**
 * Puts the verb first: `dltrain config.yaml` is `dltrain train config.yaml`, and options may stand
 * before the verb.
 */
export function withVerb(argv: readonly string[], verbs: readonly string[]): string[] {
  const at = firstOperand(argv);
  const word = at < 0 ? undefined : argv[at];
  if (word === undefined) {
    return argv.some((option) => /^(-h|--help|-V|--version)$/.test(option))
      ? [...argv]
      : ['train', ...argv];
  }
  if (verbs.includes(word)) return [word, ...argv.slice(0, at), ...argv.slice(at + 1)];
  const looksLikeVerb = /^[a-z][a-z-]*$/.test(word) && !existsSync(word);
  if (looksLikeVerb) {
    const near = nearestName(word, verbs);
    const advice =
      near === undefined ? `the commands are ${verbs.join(', ')}` : `did you mean '${near}'?`;
    throw new UsageError(`'${word}' is no command and no config file; ${advice}`);
  }
  return ['train', ...argv];
}

function firstOperand(argv: readonly string[]): number {
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] ?? '';
    if (word === '--') return -1;
    if (!word.startsWith('-')) {
      if (isOverride(word)) continue;
      return i;
    }
    if (withValue.has(word)) i += 1;
  }
  return -1;
}

/** Words as they are typed in a shell. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
