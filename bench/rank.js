/** A rank of a team (rank-team.js): does on request what a rank of a run does, many times over. */
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { instantiateKernels } from '@dltrain/kernels';
import { normBlockSize } from '@dltrain/nn';
import { Barrier, ControlBlock } from '@dltrain/runtime';
import { kernelOf } from './kernel-room.js';

const { compiled, memory, rank, places } = /** @type {import('./rank-team.js').RankData} */ (
  workerData
);
const workers = places.gradients.length;
const kernels = instantiateKernels(compiled, memory);
kernelOf(kernels, 'setScratch')(places.scratch[rank] ?? 0);
kernelOf(kernels, 'setTile')(compiled.tile);
const [add, allFinite, sgd] = ['add_f32', 'allFinite_f32', 'sgd_f32'].map((name) =>
  kernelOf(kernels, name),
);

const control = new ControlBlock(memory.buffer, places.control, workers);
const spinning = new Barrier(control, true);
const sleeping = new Barrier(control, false);

/** @type {Record<import('./rank-team.js').Work, () => void>} */
const works = {
  meetSpinning: () => spinning.meet(),
  meetSleeping: () => sleeping.meet(),
  merge,
  reduceAndUpdate,
};

/** Adds one gradient of this rank to another, whole: a node of the tree within a rank. */
function merge() {
  const [into = 0, from = 0] = places.gradients[rank] ?? [];
  add?.(into, into, from, places.count, 0);
}

/**
 * Sums this rank's slice of the gradients of all ranks, block by block, and updates the slice of the
 * parameters: the second half of a step, with the barrier before it.
 */
function reduceAndUpdate() {
  spinning.meet();
  const { count, parameters, momenta, reduced } = places;
  const blocks = Math.ceil(count / normBlockSize);
  const first = Math.floor((rank * blocks) / workers);
  const end = Math.floor(((rank + 1) * blocks) / workers);
  // One rank alone has no second gradient to add; it takes another of its own, to do the same work.
  const [left = 0, right = 0] = places.gradients
    .flat()
    .filter((_, i) => workers === 1 || i % 2 === 0);
  for (let block = first; block < end; block++) {
    const at = block * normBlockSize * Float32Array.BYTES_PER_ELEMENT;
    const size = Math.min(normBlockSize, count - block * normBlockSize);
    add?.(reduced + at, left + at, right + at, size, 0);
    if (allFinite?.(reduced + at, size) === 0) throw new Error('A gradient is not finite.');
    const [p, m] = [parameters[0] + at, momenta[0] + at];
    const [pTo, mTo] = [parameters[1] + at, momenta[1] + at];
    sgd?.(pTo, p, reduced + at, mTo, m, size, 0.01, 0.9, 0, 0, 1);
  }
}

parentPort?.on('message', (/** @type {import('./rank-team.js').Request} */ { work, times }) => {
  const call = works[work];
  spinning.meet();
  const since = process.hrtime.bigint();
  for (let i = 0; i < times; i++) call();
  spinning.meet();
  parentPort?.postMessage(Number(process.hrtime.bigint() - since) / 1e6);
});
