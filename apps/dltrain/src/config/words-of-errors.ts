import { relative } from 'node:path';
import { describeDifferences, IdentityError } from '@dltrain/runtime';
import { snakeCase } from './names.js';

/** What messages say of options, and how a config says it; none where a config has no such thing. */
const inConfigs = [
  ["trainer.onNonfinite: 'skip'", 'trainer.on_nonfinite: skip'],
  ['parallel.workerTimeout', 'parallel.worker_timeout'],
  ['parallel.maxRestarts is', 'parallel.max_restarts is'],
  ['set header to false', 'set header: false'],
  [', or pass { strict: false } to load what fits by name', ''],
] as const;

/** The message of an error of the library, with keys of a config where it names options. */
export function inWordsOfConfig(error: Error): string {
  if (error instanceof IdentityError) {
    const lines = describeDifferences(error.differences, configKey).map((line) => `\n  ${line}`);
    const place = relative('', error.checkpoint);
    return `${place} is of another run; what fixes the result must be as it was:${lines.join('')}`;
  }
  return inConfigs.reduce(
    (message, [ours, theirs]) => message.replace(ours, theirs),
    error.message,
  );
}

/** An option's name as a key of a config; what stands in `args` is the user's. */
function configKey(name: string): string {
  const [, own = '', users = ''] = /^(.*?)(\bargs\b.*)?$/s.exec(name) ?? [];
  return snakeCase(own) + users;
}
