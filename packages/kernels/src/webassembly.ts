/**
 * The types of the WebAssembly API that the packages use. They come with TypeScript's `dom` library
 * only, whose other globals Node does not have.
 */
declare global {
  namespace WebAssembly {
    interface MemoryDescriptor {
      readonly initial: number;
      readonly maximum?: number;
      readonly shared?: boolean;
    }
    interface Memory {
      readonly buffer: ArrayBufferLike;
    }
    const Memory: new (descriptor: MemoryDescriptor) => Memory;

    /** A compiled module: structured-cloneable, so it can be posted to threads. */
    interface Module {
      readonly [Symbol.toStringTag]: string;
    }
    const Module: new (bytes: Uint8Array) => Module;

    interface Instance {
      readonly exports: Readonly<Record<string, unknown>>;
    }
    const Instance: new (
      module: Module,
      imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
    ) => Instance;

    /** Bytes that are no module, or hold instructions that the engine does not know. */
    class CompileError extends Error {}
  }
}

export {};
