import path from 'node:path';
import { loadSafetensors, type StateDict } from '@dltrain/nn';
import { IdentityError, ResumeError } from '../errors.js';
import { messageOf } from '../events/errors.js';
import type { PreparedRun } from '../prepare.js';
import { chooseCheckpoint, type ChosenCheckpoint } from './choose-checkpoint.js';
import { checkpointsDirectory, modelFileName, optimizerFileName } from './checkpoint-names.js';
import { identityDifferences } from './identity-differences.js';
import type { Identity } from './identity.js';
import { isPlaceOfCheckpoint, remedyOfDamage } from './damaged-checkpoint.js';
import { checkpointsIn } from './read-checkpoint.js';
import { realPlace } from './real-place.js';
import { parametersAt, statesAt, updatesAt } from './snapshot.js';

/** Where a run goes on from. */
export interface ResumePoint extends ChosenCheckpoint {
  /** What was passed over on the way, and why. */
  readonly warnings: readonly string[];
}

/**
 * Finds the checkpoint to go on from: that in a directory, or the newest whole one of a run directory.
 *
 * @throws ResumeError if there is none that is whole, saying what is wrong with each, or one that is newer cannot
 *   be read
 */
export async function findResumePoint(given: string): Promise<ResumePoint> {
  const place = await existing(given);
  const inRun = await checkpointsIn(checkpointsDirectory(place));
  const candidates = inRun.length > 0 ? inRun : await checkpointsIn(place);
  const paths = candidates.map(({ path: one }) => one).reverse();
  const chosen = await chooseCheckpoint(paths.length > 0 ? paths : [place]);
  const { passedOver } = chosen;
  if (chosen.path !== null) {
    const warnings = passedOver.map((line) => `a checkpoint was passed over: ${line}`);
    return { ...chosen, warnings };
  }
  if (paths.length === 0 && isPlaceOfCheckpoint(place)) {
    const damage = `the checkpoint is damaged, ${passedOver.join()}`;
    throw new ResumeError(`${damage}; ${await remedyOfDamage(place)}`);
  }
  const all = passedOver.map((line) => `\n  ${line}`).join('');
  throw new ResumeError(
    paths.length > 0
      ? `${given} has no checkpoint that is whole:${all}`
      : `${given} is neither a checkpoint nor a run directory with one:${all}`,
  );
}

/** @throws IdentityError listing all in which the run differs from that of the checkpoint */
export function checkIdentity({ path: place, manifest }: ResumePoint, identity: Identity): void {
  const differences = identityDifferences(manifest.identity, identity);
  if (differences.length === 0) return;
  throw new IdentityError(place, differences);
}

/**
 * Puts the weights, states and update counts of a checkpoint in force.
 * @throws ResumeError if its tensors are not those of the model; SafetensorsError if they cannot be read
 */
export async function restore(
  { path: place, manifest }: ResumePoint,
  { orders, control, parameters, stateNames }: PreparedRun,
): Promise<void> {
  const { step } = manifest.progress;
  const target = orders.layout.generations[step % 2 === 0 ? 0 : 1];
  const model = path.join(place, modelFileName);
  fill(model, await loadSafetensors(model), parametersAt(target, parameters));
  const optimizer = path.join(place, optimizerFileName);
  fill(optimizer, await loadSafetensors(optimizer), statesAt(target, parameters, stateNames));
  const updates = updatesAt(target, parameters);
  parameters.slots.forEach(({ name }, i) => {
    const found = manifest.updates[i];
    if (found?.name !== name) {
      throw new ResumeError(`${place}: the updates of ${name} are not told`);
    }
    updates[i] = found.updates;
  });
  control.beginAt(step);
}

function fill(file: string, found: StateDict, targets: StateDict): void {
  for (const [name, { dtype, data }] of targets) {
    const stored = found.get(name);
    if (stored?.dtype !== dtype || stored.data.length !== data.length) {
      throw new ResumeError(
        `${file}: ${name} ${stored === undefined ? 'is missing' : 'is not as the model has it'}`,
      );
    }
    data.set(stored.data);
  }
  if (found.size === targets.size) return;
  const extra = [...found.keys()].find((name) => !targets.has(name)) ?? '';
  throw new ResumeError(`${file}: ${extra} belongs to nothing in the model`);
}

async function existing(given: string): Promise<string> {
  try {
    return await realPlace(given);
  } catch (cause) {
    throw new ResumeError(`cannot resume from ${given}: ${messageOf(cause)}`, { cause });
  }
}
