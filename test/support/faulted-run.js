import { train } from '@dltrain/runtime';
import { dropoutNet, tinyData, tinyRun } from './tiny-data.js';

/** @import { Fault, StepEvent, TrainEvent, TrainOptions } from '@dltrain/runtime' */

/**
 * What a run came to that was to survive faults.
 *
 * @typedef {object} Survived
 * @property {string} weightsSha256
 * @property {number} steps
 * @property {readonly number[]} recoveryMs of each rank that was replaced, from the detection to going on
 * @property {readonly string[]} reasons
 * @property {readonly Omit<StepEvent, 'elapsedMs'>[]} stepEvents what each step said, its time left out
 * @property {readonly string[]} others names of all other events but `recovery`, in their order
 * @property {readonly TrainEvent[]} events
 */

/**
 * Six steps of eight leaves, of which no two are computed together, with a norm and validations.
 *
 * @param {number} workers
 * @param {Partial<TrainOptions>} [more]
 * @returns {TrainOptions}
 */
export function survivalRun(workers, more = {}) {
  return tinyRun({
    data: { train: tinyData(48), val: tinyData(300) },
    model: dropoutNet,
    metrics: ['accuracy'],
    trainer: { batchSize: 16, maxEpochs: 2, clipGradNorm: 1, valEvery: { batches: 2 } },
    parallel: { workers, shards: 8, workerTimeout: 500 },
    ...more,
  });
}

/**
 * Trains with faults and sees what comes of it.
 *
 * @param {TrainOptions} options
 * @returns {Promise<Survived>}
 */
export async function survive(options) {
  const run = train(options);
  /** @type {TrainEvent[]} */
  const events = [];
  for await (const event of run) events.push(event);
  const { weightsSha256, steps } = await run.result;
  const recoveries = events.filter((event) => event.event === 'recovery');
  const stepEvents = events.filter((event) => event.event === 'step');
  return {
    weightsSha256,
    steps,
    recoveryMs: recoveries.map(({ recoveryMs }) => recoveryMs),
    reasons: recoveries.map(({ reason }) => reason),
    stepEvents: stepEvents.map(({ elapsedMs: _, ...rest }) => rest),
    others: events
      .map(({ event }) => event)
      .filter((name) => name !== 'step' && name !== 'recovery'),
    events,
  };
}

/**
 * The same of one fault, whatever it is; a matrix of them is driven by calling it.
 *
 * @param {Fault} fault
 * @param {number} workers
 */
export function surviveFault(fault, workers) {
  return survive(survivalRun(workers, { faults: [fault] }));
}
