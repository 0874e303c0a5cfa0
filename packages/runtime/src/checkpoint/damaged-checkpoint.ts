import path from 'node:path';
import { checkpointsDirectory, stepOfName } from './checkpoint-names.js';
import { listCheckpoints } from './read-checkpoint.js';

/** So many are named that are whole. */
const mostNamed = 3;

/** Whether a path is where a run keeps a checkpoint, whatever is left of that. */
export function isPlaceOfCheckpoint(place: string): boolean {
  const directory = path.dirname(place);
  const isNamed = stepOfName(path.basename(place)) !== null;
  return isNamed && directory === checkpointsDirectory(path.dirname(directory));
}

/** What helps against damage to a checkpoint: which of the same run are whole, newest first. */
export async function remedyOfDamage(checkpoint: string): Promise<string> {
  const run = path.dirname(path.dirname(checkpoint));
  const others = isPlaceOfCheckpoint(checkpoint) ? await listCheckpoints(run) : [];
  const whole = others.filter(({ problem }) => problem === null).map((other) => other.path);
  const named = whole.reverse().slice(0, mostNamed).join(', ');
  return whole.length > 0 ? `give one that is whole: ${named}` : 'its run has none that is whole';
}
