import { AbortedError, OptionsError } from './errors.js';
import type { ModuleReference } from './options.js';

/** Loading code and building the model may take this long, however short the timeout is. */
export const startUpMs = 30_000;

/** How long a rank may show no progress where nobody says so. */
export const defaultTimeoutMs = 60_000;

/** How long code of the user's is waited for that is loaded before training. */
export interface Patience {
  /** Milliseconds; Infinity where a watchdog looks after it. */
  readonly limitMs: number;
  /** Ends the wait as well: nobody wants the result any more. */
  readonly signal?: AbortSignal;
}

/** A module has as long as a rank has for its start, which loads it, too. */
export function patienceOf(workerTimeout = defaultTimeoutMs): Patience {
  return { limitMs: Math.max(workerTimeout, startUpMs) };
}

/**
 * Waits for what a module of the user's makes. What is given up goes on where it is, and nobody hears of it.
 *
 * @param place the option that names the module, such as `model`
 * @throws OptionsError when it takes too long, AbortedError at the signal
 */
export async function waitForModule<T>(
  work: Promise<T>,
  place: readonly (string | number)[],
  { module, export: name = 'default' }: ModuleReference,
  { limitMs, signal }: Patience,
): Promise<T> {
  const path = [...place, 'module'];
  let giveUp = (): void => undefined;
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = () => {
      reject(new AbortedError(`${path.join('.')} was loading when the run was stopped`));
    };
    if (signal?.aborted) giveUp();
    signal?.addEventListener('abort', giveUp);
    if (limitMs === Infinity) return;
    timer = setTimeout(() => {
      const what = `the export ${name} of ${String(module)} has made nothing in ${limitMs / 1000} s`;
      const remedy =
        'see that every promise it awaits settles, or raise parallel.workerTimeout where it takes that long';
      reject(new OptionsError(path, `${path.join('.')}: ${what}; ${remedy}`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
