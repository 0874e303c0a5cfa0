import { describeValue } from '@dltrain/core';
import { OptionsError } from '../errors.js';
import { oneOf } from '../one-of.js';
import type { TrainOptions } from '../options.js';

/**
 * Checks what is asked of checkpoints and of where to go on from.
 * @throws OptionsError naming the option
 */
export function checkCheckpointOptions(
  { checkpoint, resume, runDir, data }: TrainOptions,
  metrics: readonly string[],
): void {
  checkResume(resume);
  if (checkpoint === undefined || checkpoint === null) return;
  if (runDir === undefined) {
    throw new OptionsError(
      ['checkpoint'],
      'checkpoints go to the run directory, and there is none; give runDir, or leave checkpoint out',
    );
  }
  const { every, keep, monitor = null, mode = 'min', onError = 'continue' } = checkpoint;
  checkInterval(every);
  if (keep !== undefined && !(Number.isSafeInteger(keep) && keep >= 1)) {
    throw new OptionsError(
      ['checkpoint', 'keep'],
      `keep must be a whole number of 1 or more, not ${describeValue(keep)}`,
    );
  }
  if (monitor !== null && data.val === undefined) {
    throw new OptionsError(
      ['checkpoint', 'monitor'],
      `there is no validation to take ${monitor} from; give data.val, or leave monitor out`,
    );
  }
  const known = metrics.map((name) => `val_${name}`);
  if (monitor !== null && !known.includes(monitor)) {
    throw new OptionsError(
      ['checkpoint', 'monitor'],
      `there is no metric ${monitor}; a validation gives ${known.join(', ')}`,
    );
  }
  oneOf(['checkpoint', 'mode'], mode, ['min', 'max']);
  oneOf(['checkpoint', 'onError'], onError, ['continue', 'stop']);
}

function checkResume(resume: unknown): void {
  if (resume === undefined || resume === null) return;
  if (typeof resume === 'string' && resume !== '') return;
  throw new OptionsError(
    ['resume'],
    `resume must be the path of a checkpoint or of a run directory, not ${describeValue(resume)}`,
  );
}

/** The most seconds between two checkpoints: a longer timer would go off at once. */
export const mostSecondsOfInterval = Math.floor(2 ** 31 / 1000) - 1;

function checkInterval(every: unknown): void {
  const entries = typeof every === 'object' && every !== null ? Object.entries(every) : [];
  const [unit = '', value] = entries[0] ?? [];
  const number = typeof value === 'number' ? value : NaN;
  const fits =
    unit === 'seconds'
      ? number > 0 && number <= mostSecondsOfInterval
      : Number.isSafeInteger(number) && number >= 1;
  if (entries.length === 1 && ['epochs', 'batches', 'seconds'].includes(unit) && fits) return;
  if (unit === 'seconds' && number > mostSecondsOfInterval) {
    throw new OptionsError(
      ['checkpoint', 'every'],
      `every may be at most ${mostSecondsOfInterval} seconds, not ${number}; give epochs or batches for more`,
    );
  }
  throw new OptionsError(
    ['checkpoint', 'every'],
    `every must be { epochs }, { batches } or { seconds }, with 1 or more of them (seconds: above 0), not ${describeValue(every)}`,
  );
}
