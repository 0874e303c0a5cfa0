import { Heap, instantiateKernels, reservedBytes, reserveMemory } from '@dltrain/kernels';

/** @typedef {import('@dltrain/kernels').CompiledKernels} CompiledKernels */

/** Of which arrays are filled, again and again. */
const someNumbers = Float32Array.from({ length: 2 ** 16 }, () => Math.random() * 2 - 1);

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
    for (let at = 0; at < count; at += someNumbers.length) {
      numbers.set(someNumbers.subarray(0, count - at), at);
    }
    return address;
  }

  /**
   * @param {number} count
   * @returns {number} address of so many numbers from above 0 to 1
   */
  positiveFloats(count) {
    const address = this.floats(count);
    const numbers = new Float32Array(this.memory.buffer, address, count);
    numbers.forEach((number, i) => {
      numbers[i] = Math.abs(number) + 1e-3;
    });
    return address;
  }

  /**
   * @param {number} count
   * @param {number} below
   * @returns {number} address of so many whole numbers from 0 on
   */
  indices(count, below) {
    const address = this.heap.allocate(count * Int32Array.BYTES_PER_ELEMENT, 'indices');
    const numbers = new Int32Array(this.memory.buffer, address, count);
    for (let i = 0; i < count; i++) numbers[i] = i % below;
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
