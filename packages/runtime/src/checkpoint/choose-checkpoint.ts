import path from 'node:path';
import { ResumeError } from '../errors.js';
import type { CheckpointManifest } from './checkpoint-manifest.js';
import { checkpointsDirectory } from './checkpoint-names.js';
import { logFault } from './log-fault.js';
import { checkpointsIn, readCheckpoint, type ListedCheckpoint } from './read-checkpoint.js';

/** A whole checkpoint among several, and what was passed over for it. */
export interface ChosenCheckpoint {
  /** The checkpoint's directory. */
  readonly path: string;
  readonly manifest: CheckpointManifest;
  /** The run directory that it lies in; null for a checkpoint by itself. */
  readonly runDir: string | null;
  /** Why the logs of the run cannot go on from there; null where they can. */
  readonly logFault: string | null;
  /** What is wrong with those that are newer. */
  readonly passedOver: readonly string[];
}

/**
 * The newest checkpoint that is whole and that the logs of its run reach to. Where they reach to none, since
 * they were lost, it is the newest whole one: weights are worth more than their history.
 *
 * Only what is proven to be broken is passed over, because whoever goes on from an older one makes those after
 * it again.
 *
 * @param directories where checkpoints are, newest first
 * @returns or what is wrong with each, if none is whole
 * @throws ResumeError if one on the way cannot be read, and may be whole
 */
export async function chooseCheckpoint(
  directories: readonly string[],
): Promise<ChosenCheckpoint | { readonly path: null; readonly passedOver: readonly string[] }> {
  const passedOver: string[] = [];
  let newest: ChosenCheckpoint | null = null;
  for (const directory of directories) {
    const { state, manifest, problem } = await readCheckpoint(directory);
    if (state === 'unreadable') {
      throw new ResumeError(
        `${directory} cannot be resumed from: ${problem}; it may be whole, so none before it is taken in its ` +
          'place: mend that, or name an earlier checkpoint',
      );
    }
    if (state === 'broken') {
      passedOver.push(`${directory}: ${problem}`);
      continue;
    }
    const runDir = runDirectoryOf(directory);
    const fault =
      runDir === null ? 'it is not with the checkpoint' : await logFault(runDir, manifest);
    const found = { path: directory, manifest, runDir, logFault: fault };
    if (fault === null) return { ...found, passedOver: [...passedOver] };
    newest ??= { ...found, passedOver: [...passedOver] };
    passedOver.push(`${directory}: ${fault}`);
  }
  return newest ?? { path: null, passedOver };
}

/**
 * Of a run directory, where it can be resumed from; null if it has no checkpoint that is whole.
 * @throws ResumeError if one that may be whole, and would be newer, cannot be read
 */
export async function newestCheckpoint(runDir: string): Promise<ListedCheckpoint | null> {
  const all = await checkpointsIn(checkpointsDirectory(runDir));
  const chosen = await chooseCheckpoint(all.map(({ path: one }) => one).reverse());
  if (chosen.path === null) return null;
  const { step, best } = chosen.manifest.progress;
  return { step, path: chosen.path, best: best?.step === step, problem: null };
}

/** Of `runs/mnist/checkpoints/step-000200`, `runs/mnist`. */
function runDirectoryOf(checkpoint: string): string | null {
  const runDir = path.dirname(path.dirname(checkpoint));
  return checkpointsDirectory(runDir) === path.dirname(checkpoint) ? runDir : null;
}
