/**
 * What the kernels' tests share: a small fresh memory with the kernels linked to it, and ways to
 * put arrays in and get them out.
 *
 *   const bench = new KernelBench();
 *   const x = bench.put(Float32Array.of(1, -2));
 *   const y = bench.alloc(2 * 4);
 *   bench.call('neg_f32', y, x, 2);
 *   bench.f32(y, 2); // Float32Array [-1, 2]
 */
import { compileKernels } from './src/compile.js';
import type { Mode } from './src/candidates.js';
import { instantiateKernels, type CompiledKernels, type Kernels } from './src/instantiate.js';
import { reserveMemory, reservedBytes } from './src/memory.js';

type AnyArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

export interface KernelBenchOptions {
  readonly mode?: Mode;
  readonly kernels?: CompiledKernels;
  /** Size of the memory in MiB, scratch included; default 64. */
  readonly megabytes?: number;
}

export class KernelBench {
  readonly kernels: Kernels;
  private next: number;
  private readonly start: number;
  private readonly end: number;

  constructor({
    mode = 'exact',
    kernels = compileKernels({ mode }),
    megabytes = 64,
  }: KernelBenchOptions = {}) {
    this.end = megabytes * 1024 * 1024;
    this.kernels = instantiateKernels(kernels, reserveMemory({ bytes: this.end }));
    this.next = reservedBytes;
    this.call('setScratch', this.alloc(this.call('scratchBytes')));
    this.call('setTile', this.kernels.tile);
    this.start = this.next;
  }

  /** Address of fresh bytes, a multiple of 64, filled with a byte that no kernel should rely on. */
  alloc(bytes: number): number {
    const address = this.next;
    this.next = address + Math.ceil((bytes + 64) / 64) * 64;
    if (this.next > this.end)
      throw new Error(`The test's memory of ${String(this.end)} bytes is full.`);
    new Uint8Array(this.kernels.memory.buffer, address, this.next - address).fill(0xcd);
    return address;
  }

  /** Copies an array into the memory. `misalign` bytes are added to its address. */
  put(values: AnyArray, misalign = 0): number {
    const address = this.alloc(values.byteLength + misalign) + misalign;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(this.kernels.memory.buffer, address, values.byteLength).set(bytes);
    return address;
  }

  call(name: string, ...args: number[]): number {
    const kernel = this.kernels.exports[name];
    if (!kernel) throw new Error(`There is no kernel ${name}.`);
    return kernel(...args);
  }

  f32(address: number, length: number): Float32Array {
    return new Float32Array(this.kernels.memory.buffer, address, length).slice();
  }

  f64(address: number, length: number): Float64Array {
    return new Float64Array(this.kernels.memory.buffer, address, length).slice();
  }

  i32(address: number, length: number): Int32Array {
    return new Int32Array(this.kernels.memory.buffer, address, length).slice();
  }

  u32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.kernels.memory.buffer, address, length).slice();
  }

  u8(address: number, length: number): Uint8Array {
    return new Uint8Array(this.kernels.memory.buffer, address, length).slice();
  }

  /** Forgets every allocation but the scratch region. */
  reset(): void {
    this.next = this.start;
  }
}
