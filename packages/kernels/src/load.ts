import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export type Mode = 'exact' | 'fast';

/** A compiled module and how to run it; it survives structured cloning, so it can be sent to threads. */
export interface CompiledKernels {
  readonly module: WebAssembly.Module;
  readonly mode: Mode;
  /** The register tile to choose with `setTile`. */
  readonly tile: number;
  /** A printable name, such as `exact-256`. */
  readonly variant: string;
  /** SHA-256 of the .wasm file, in hex. */
  readonly sha256: string;
}

export type KernelExports = Readonly<Record<string, (...args: number[]) => number>>;

export interface Kernels {
  readonly exports: KernelExports;
  readonly memory: WebAssembly.Memory;
  readonly mode: Mode;
  readonly tile: number;
  readonly variant: string;
  readonly sha256: string;
}

export interface CompileOptions {
  readonly mode: Mode;
}

export function compileKernels({ mode }: CompileOptions): CompiledKernels {
  const file = new URL(
    mode === 'exact' ? '../dist/exact.wasm' : '../dist/relaxed.wasm',
    import.meta.url,
  );
  const bytes = readFileSync(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { module: new WebAssembly.Module(bytes), mode, tile: 0, variant: `${mode}-plain`, sha256 };
}

/** Links the kernels to a memory, for the calling thread. Give them scratch before the first call. */
export function instantiateKernels(compiled: CompiledKernels, memory: WebAssembly.Memory): Kernels {
  const { module, ...rest } = compiled;
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { ...rest, memory, exports: instance.exports as KernelExports };
}

/** The name of a kernel's instance for a dtype: `kernelName('add', 'f32')` is `add_f32`. */
export function kernelName(name: string, dtype: 'f32' | 'f64' | 'i32' | 'u8'): string {
  return `${name}_${dtype}`;
}
