import { Heap, instantiateKernels, reservedBytes, reserveMemory } from '@dltrain/kernels';

/** @typedef {import('@dltrain/kernels').CompiledKernels} CompiledKernels */

/**
 * The kernels of one module, linked to a memory of their own: the constants of two modules would
 * overwrite each other.
 */
export class KernelRoom {
  /**
   * @param {CompiledKernels} compiled
   * @param {number} bytes
   */
  constructor(compiled, bytes) {
    this.compiled = compiled;
    /** @type {import('@dltrain/kernels').Kernels['memory']} */
    this.memory = reserveMemory({ bytes });
    this.heap = new Heap(reservedBytes, this.memory.buffer.byteLength);
    this.kernels = instantiateKernels(compiled, this.memory);
    this.kernel('setScratch')(this.scratch());
    this.kernel('setTile')(compiled.tile);
  }

  /** @param {string} name */
  kernel(name) {
    return kernelOf(this.kernels, name);
  }

  /** A scratch region for one thread's kernels. */
  scratch() {
    return this.heap.allocate(this.kernel('scratchBytes')(), 'scratch');
  }

  /**
   * @param {number} count
   * @returns {number} address of so many numbers from -1 to 1
   */
  floats(count) {
    const address = this.heap.allocate(count * Float32Array.BYTES_PER_ELEMENT, 'numbers');
    const numbers = new Float32Array(this.memory.buffer, address, count);
    for (let i = 0; i < count; i++) numbers[i] = Math.random() * 2 - 1;
    return address;
  }
}

/**
 * @param {import('@dltrain/kernels').Kernels} kernels
 * @param {string} name
 */
export function kernelOf({ exports, variant }, name) {
  const kernel = exports[name];
  if (kernel === undefined) throw new Error(`The kernels (${variant}) have no '${name}'.`);
  return kernel;
}
