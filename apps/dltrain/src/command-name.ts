import { relative, sep } from 'node:path';

/** Set by the launcher of a clone: its own absolute path. */
export const launcherVariable = 'DLTRAIN_LAUNCHER';

/** What to type for this command: `dltrain` where it is installed, `./dltrain` in a clone. */
export function commandName(): string {
  const launcher = process.env[launcherVariable];
  if (launcher === undefined || launcher === '') return 'dltrain';
  const near = relative('', launcher);
  // Without a separator a shell looks elsewhere for it.
  return near.startsWith('..') || near.includes(sep) ? near : `.${sep}${near}`;
}
