import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { controlBlockBytes, ControlBlock } from '@dltrain/runtime';

/**
 * What a rank can be asked to do.
 *
 * @typedef {'meetSpinning' | 'meetSleeping' | 'merge' | 'reduceAndUpdate'} Work
 *
 * @typedef {object} Request
 * @property {Work} work
 * @property {number} times
 *
 * Byte addresses of what the ranks work on; arrays by rank, pairs by generation.
 *
 * @typedef {object} Places
 * @property {number} control
 * @property {readonly number[]} scratch
 * @property {number} count parameters, and so numbers of a gradient
 * @property {readonly (readonly number[])[]} gradients two of each rank
 * @property {number} reduced
 * @property {readonly [number, number]} parameters
 * @property {readonly [number, number]} momenta
 *
 * @typedef {object} RankData
 * @property {import('@dltrain/kernels').CompiledKernels} compiled
 * @property {import('@dltrain/kernels').Kernels['memory']} memory
 * @property {number} rank
 * @property {Places} places
 */

/** Threads that meet and reduce as the ranks of a run do. */
export class RankTeam {
  /**
   * @param {import('./kernel-room.js').KernelRoom} room
   * @param {number} workers
   * @param {number} count parameters
   */
  constructor(room, workers, count) {
    const pair = () => /** @type {const} */ ([room.floats(count), room.floats(count)]);
    const ranks = Array.from({ length: workers }, (_, rank) => rank);
    const places = {
      control: room.heap.allocate(controlBlockBytes(workers), 'control block'),
      scratch: ranks.map(() => room.scratch()),
      count,
      gradients: ranks.map(pair),
      reduced: room.floats(count),
      parameters: pair(),
      momenta: pair(),
    };
    new ControlBlock(room.memory.buffer, places.control, workers).clear();
    this.threads = ranks.map((rank) => {
      /** @type {RankData} */
      const workerData = { compiled: room.compiled, memory: room.memory, rank, places };
      return new Worker(new URL('rank.js', import.meta.url), { workerData });
    });
  }

  /**
   * @param {Work} work
   * @param {number} times
   * @returns {Promise<number>} milliseconds that one took, between two meetings of all ranks
   */
  async time(work, times) {
    /** @type {Request} */
    const request = { work, times };
    const replies = this.threads.map(async (thread) => {
      thread.postMessage(request);
      const [elapsed] = /** @type {[number]} */ (await once(thread, 'message'));
      return elapsed / times;
    });
    return Math.max(...(await Promise.all(replies)));
  }

  async close() {
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }
}
