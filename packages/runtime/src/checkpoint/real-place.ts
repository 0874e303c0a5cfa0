import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { checkpointsDirectory } from './checkpoint-names.js';

/**
 * The real place of a checkpoint or a run directory, but below the run: `checkpoints` may be a link to another disk,
 * from where nothing leads back to the run's logs and config.
 *
 * @throws what the system says of a place that is not there
 */
export async function realPlace(given: string): Promise<string> {
  const real = await realpath(given);
  const asked = path.resolve(given);
  const above = [asked, path.dirname(asked)];
  const directory = above.find((one) => one === checkpointsDirectory(path.dirname(one)));
  if (directory === undefined) return real;
  const inRun = checkpointsDirectory(await realpath(path.dirname(directory)));
  if (directory === asked) return inRun;
  // `last`, say, is a link to another in there.
  const isInside = path.dirname(real) === (await realpath(directory));
  return isInside ? path.join(inRun, path.basename(real)) : real;
}
