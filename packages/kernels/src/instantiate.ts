import type { Mode } from './candidates.js';
import * as WebAssembly from './webassembly.js';

/**
 * A compiled module and how to run it; it survives structured cloning, so it can be sent to
 * threads.
 */
export interface CompiledKernels {
  readonly module: WebAssembly.Module;
  readonly mode: Mode;
  /** The register tile to choose with `setTile`. */
  readonly tile: number;
  /** A printable name, such as `exact-256`. */
  readonly variant: string;
  /** SHA-256 of the .wasm file, in hex: with exact kernels it fixes the bits of every result. */
  readonly sha256: string;
  /** The faster variants that were tried before, and why each was not taken. */
  readonly rejected: readonly { readonly variant: string; readonly reason: string }[];
}

export type KernelExports = Readonly<Record<string, (...args: number[]) => number>>;

/** Kernels linked to a memory. */
export interface Kernels extends Omit<CompiledKernels, 'module'> {
  readonly exports: KernelExports;
  readonly memory: WebAssembly.Memory;
}

/**
 * Links the kernels to a memory, for the calling thread; it takes well under a millisecond. Before
 * the first other call give them scratch, `scratchBytes()` bytes at a multiple of 64, with
 * `setScratch(address)`, and choose the tile with `setTile(kernels.tile)`.
 */
export function instantiateKernels(compiled: CompiledKernels, memory: WebAssembly.Memory): Kernels {
  const { module, ...rest } = compiled;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { ...rest, memory, exports: exports as KernelExports };
}

/** The name of a kernel's instance for a dtype: `kernelName('add', 'f32')` is `add_f32`. */
export function kernelName(name: string, dtype: 'f32' | 'f64' | 'i32' | 'u8'): string {
  return `${name}_${dtype}`;
}
