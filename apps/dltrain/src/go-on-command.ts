import { relative } from 'node:path';
import { commandName } from './command-name.js';
import { shellWords } from './words.js';

/** The flags of training that say how a run is followed, and so how it is gone on with. */
export interface GoOnFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly workers?: string;
  readonly supervise?: boolean;
  /** In the process that is under supervision. */
  readonly supervised?: boolean;
}

/** The flags for a process that follows a run in the same way, but for its supervision. */
export function followingWords({ workers, json, quiet }: GoOnFlags): string[] {
  return [
    ...(workers === undefined ? [] : ['--workers', workers]),
    ...(json === true ? ['--json'] : []),
    ...(quiet === true ? ['--quiet'] : []),
  ];
}

/** The words of a command line, but for what the run was begun from. */
export function withoutResume(words: readonly string[]): string[] {
  return words.filter((word) => !word.startsWith('resume='));
}

/**
 * What to type to go on with a run in the way it was begun.
 *
 * @param isChanged whether its config or its modules are to be changed before, so that only the weights are taken
 */
export function goOnCommand(
  words: readonly string[],
  flags: GoOnFlags,
  runDirectory: string,
  isChanged = false,
): string {
  // With --force there is no supervision.
  const isSupervised = !isChanged && (flags.supervise === true || flags.supervised === true);
  const options = [...followingWords(flags), ...(isSupervised ? ['--supervise'] : [])];
  const resume = ['--resume', relative('', runDirectory) || '.', ...(isChanged ? ['--force'] : [])];
  return shellWords([commandName(), ...withoutResume(words), ...options, ...resume]);
}
