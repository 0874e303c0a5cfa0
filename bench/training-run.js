import { datasetFromArrays } from '@dltrain/data';
import { train } from '@dltrain/runtime';

/** The optimizer of every step that is measured, ours and the peers'. */
export const sgd = { lr: 0.01, momentum: 0.9 };

/**
 * What is timed of a run.
 *
 * @typedef {object} Window
 * @property {number} warmup steps at the beginning that do not count
 * @property {number} steps steps that do
 *
 * @typedef {object} RunTiming
 * @property {number} ms a step, on average over the window
 * @property {string} weightsSha256
 * @property {string} variant
 * @property {number} leaves
 */

/** Batches in the synthetic data: an epoch. The ranks are sent word once an epoch. */
const batches = 64;

/**
 * Synthetic data for a workload: so many samples that no batch stays in a cache.
 *
 * @param {import('./workloads.js').Workload} workload
 */
export function syntheticData({ batch, input, classes }) {
  const samples = batch * batches;
  const size = input.reduce((product, length) => product * length, 1);
  let state = 1;
  const inputs = Float32Array.from({ length: samples * size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0; // Knuth's generator: the same data always
    return state / 2 ** 31;
  });
  const targets = Int32Array.from({ length: samples }, (_, i) => i % classes);
  return datasetFromArrays({ inputs, shape: input, targets, classes });
}

/**
 * Trains through the runtime, as `dltrain` does, and times the steps by the times of their commits.
 *
 * @param {import('./workloads.js').Workload} workload
 * @param {import('@dltrain/data').Dataset} data
 * @param {{ workers: number, mode: 'exact' | 'fast' }} parallel
 * @param {Window} window
 * @returns {Promise<RunTiming>}
 */
export async function timeTrainingRun(workload, data, parallel, { warmup, steps }) {
  const run = train({
    name: `bench-${workload.name}`,
    data: { train: data, shuffle: false },
    model: { input: workload.input, layers: workload.layers },
    loss: 'cross_entropy',
    optimizer: { type: 'sgd', ...sgd },
    trainer: { batchSize: workload.batch, maxSteps: warmup + steps },
    parallel,
  });
  let [begin, end, variant, leaves] = [NaN, NaN, '', 0];
  for await (const event of run) {
    if (event.event === 'start') ({ variant, leaves } = event);
    if (event.event !== 'step') continue;
    if (event.step === warmup) begin = event.elapsedMs;
    if (event.step === warmup + steps) end = event.elapsedMs;
  }
  const { weightsSha256 } = await run.result;
  return { ms: (end - begin) / steps, weightsSha256, variant, leaves };
}
