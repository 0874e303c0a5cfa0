import { OptionsError } from './errors.js';
import { EventLogError } from './events/errors.js';
import { checkStorable } from './events/event-record.js';
import type { TrainEvent, TrainOptions } from './options.js';
import type { PreparedRun } from './prepare.js';
import { startEvent } from './start-event.js';

/**
 * Refuses a run that is to tell what its log cannot store, before it trains for what it would reject with.
 *
 * @throws OptionsError, or EventLogError where the model itself has too many layers to be told
 */
export async function checkEvents(options: TrainOptions, prepared: PreparedRun): Promise<void> {
  if (options.runDir === undefined) return;
  await checkStorable(startEvent(options.name ?? 'run', prepared));
  if (!options.hashWeights) return;
  const sha256 = '0'.repeat(64);
  const parameters = prepared.parameters.slots.map(({ name }) => [name, sha256] as const);
  await checkOptional('hashWeights', {
    ...{ event: 'weights', step: 1, sha256 },
    parameters: Object.fromEntries(parameters),
  });
}

/** @throws OptionsError naming the option without which there is no such event */
export async function checkOptional(option: keyof TrainOptions, event: TrainEvent): Promise<void> {
  try {
    await checkStorable(event);
  } catch (cause) {
    if (!(cause instanceof EventLogError)) throw cause;
    const remedy = `leave ${option} out, or train without runDir`;
    throw new OptionsError(
      [option],
      `${option} has the log store ${cause.message}; the model is too large for that: ${remedy}`,
      { cause },
    );
  }
}
