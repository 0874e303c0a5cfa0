/**
 * The WebAssembly API as far as the packages use it. TypeScript has its types in the `dom` library
 * only, whose other globals Node does not have; and globals of our own would clash with that
 * library where a user of the packages has it. Import it as a namespace:
 *
 *   import * as WebAssembly from './webassembly.js';
 */
export interface MemoryDescriptor {
  readonly initial: number;
  readonly maximum?: number;
  readonly shared?: boolean;
}

export interface Memory {
  readonly buffer: ArrayBufferLike;
}

/** A compiled module: structured-cloneable, so it can be posted to threads. */
export interface Module {
  readonly [Symbol.toStringTag]: string;
}

export interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}

type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Api {
  readonly Memory: new (descriptor: MemoryDescriptor) => Memory;
  readonly Module: new (bytes: Uint8Array) => Module;
  readonly Instance: new (module: Module, imports?: Imports) => Instance;
  /** Bytes that are no module, or hold instructions that the engine does not know. */
  readonly CompileError: new (message?: string) => Error;
  /** A trap, such as an access beyond the memory. */
  readonly RuntimeError: new (message?: string) => Error;
}

const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly: Api };

export const { Memory, Module, Instance, CompileError, RuntimeError } = api;
