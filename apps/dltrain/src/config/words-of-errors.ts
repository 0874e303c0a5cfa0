import { relative } from 'node:path';
import { describeDifferences, IdentityError, NonFiniteError } from '@dltrain/runtime';
import { snakeCase } from './names.js';

/** The message of an error of the library, with keys of a config where it names options. */
export function inWordsOfConfig(error: Error): string {
  if (error instanceof IdentityError) {
    const lines = describeDifferences(error.differences, configKey).map((line) => `\n  ${line}`);
    const place = relative('', error.checkpoint);
    return `${place} is of another run; what fixes the result must be as it was:${lines.join('')}`;
  }
  if (error instanceof NonFiniteError) {
    return error.message.replace("trainer.onNonfinite: 'skip'", 'trainer.on_nonfinite: skip');
  }
  return error.message.replace('parallel.workerTimeout', 'parallel.worker_timeout');
}

/** An option's name as a key of a config; what stands in `args` is the user's. */
function configKey(name: string): string {
  const [, own = '', users = ''] = /^(.*?)(\bargs\b.*)?$/s.exec(name) ?? [];
  return snakeCase(own) + users;
}
