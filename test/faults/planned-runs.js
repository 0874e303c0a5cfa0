import { faultKinds, phases } from '@dltrain/runtime';
import { survivalRun } from '../support/faulted-run.js';
import { tinyData } from '../support/tiny-data.js';
import { pick, seeded, shuffled } from './seeded.js';

/** @import { Fault, FaultKind, Phase, TrainOptions } from '@dltrain/runtime' */

/** Killing the process is for kills.js: no run survives that by itself. */
export const kinds = faultKinds.filter((kind) => kind !== 'kill');

/** Epochs of the run have three steps; each fault has an epoch of its own, so that a step lies between two. */
const slotSteps = 3;
const faultsOfARun = 11;
const epochs = faultsOfARun + 1;
/** Between steps, so that they happen where all the steps of a slot are done. */
const betweenSteps = new Set(['idle', 'evaluation', 'snapshot']);

/**
 * @typedef {object} PlannedRun
 * @property {number} workers
 * @property {Fault[]} faults
 */

/**
 * Runs in which every kind of fault comes up in every phase, each pair so many times.
 *
 * @param {number} times
 * @param {number} seed
 * @returns {PlannedRun[]}
 */
export function planRuns(times, seed) {
  const random = seeded(seed);
  const pairs = kinds.flatMap((kind) =>
    phases.filter((phase) => phase !== 'start-up').map((phase) => ({ kind, phase })),
  );
  /** @type {PlannedRun[]} */
  const runs = [];
  for (let round = 0; round < times; round++) {
    const order = shuffled(pairs, random);
    const starting = kinds.filter((kind) => kind !== 'hang');
    while (order.length > 0) {
      const workers = pick([2, 3], random);
      const dealt = order.splice(0, faultsOfARun);
      const faults = dealt.map(({ kind, phase }, slot) => ({
        ...{ rank: Math.floor(random() * workers), kind, phase },
        step: stepOf(phase, slot, random),
      }));
      const kind = starting.pop();
      const first = kind === undefined ? [] : [startUpFault(workers, kind, random)];
      runs.push({ workers, faults: [...first, ...faults] });
    }
  }
  return [...runs, ...hangingStarts(times)];
}

/** @param {Phase} phase @param {number} slot @param {() => number} random */
function stepOf(phase, slot, random) {
  const last = (slot + 1) * slotSteps;
  return betweenSteps.has(phase) ? last : last - Math.floor(random() * (slotSteps - 1));
}

/** How many steps are committed when it happens: of no two in a run as many. @param {Fault} fault */
export function stepsBefore({ phase, step = 0 }) {
  return step === 0 || betweenSteps.has(phase) ? step : step - 1;
}

/** @param {number} workers @param {FaultKind} kind @param {() => number} random @returns {Fault} */
function startUpFault(workers, kind, random) {
  return { rank: Math.floor(random() * workers), kind, phase: 'start-up' };
}

/**
 * A rank may take half a minute to start, whatever the timeout, so that those that hang there are watched
 * three at a time.
 *
 * @param {number} times
 * @returns {PlannedRun[]}
 */
function hangingStarts(times) {
  return Array.from({ length: Math.ceil(times / 3) }, (_, i) => ({
    workers: 3,
    faults: Array.from({ length: Math.min(3, times - 3 * i) }, (_, rank) => ({
      ...{ rank, phase: /** @type {const} */ ('start-up'), kind: /** @type {const} */ ('hang') },
    })),
  }));
}

/**
 * The run that they happen to, with checkpoints and validations where the steps of a slot are done.
 *
 * @param {PlannedRun} planned
 * @param {string} runDir
 * @returns {TrainOptions}
 */
export function optionsOf({ workers, faults }, runDir) {
  const calm = survivalRun(workers);
  return {
    ...calm,
    // So many that each of three workers has some of them to evaluate.
    data: { ...calm.data, val: tinyData(1000) },
    trainer: { ...calm.trainer, maxEpochs: epochs, valEvery: { batches: slotSteps } },
    // Some more, for workers that a busy machine keeps from answering.
    parallel: { ...calm.parallel, maxRestarts: faults.length + 20 },
    checkpoint: { every: { batches: slotSteps }, keep: 1 },
    runDir,
    faults,
  };
}
