import {
  compileKernels,
  Heap,
  instantiateKernels,
  reserveMemory,
  reservedBytes,
  type KernelExports,
  type Kernels,
} from '@dltrain/kernels';
import { DTypeError } from './errors.js';
import { kernelSuffix, type DType } from './dtype.js';
import { Residency } from './residency.js';
import { RandomState } from './random/random-state.js';
import type { Scope } from './scope.js';
import { FixedStorage, HeapStorage, type Storage } from './storage.js';

type Kernel = (...args: number[]) => number;

/** Words of the area in which an op describes shapes and strides to a kernel. */
const layoutWords = 256;
/** Number literals that are given a place of their own; later ones take a storage each. */
const literalSlots = 1024;

/**
 * What a thread computes with: its kernels, its heap, and the state that ops share. The main thread
 * makes one at the first tensor; a rank is given one over its arena.
 */
export class Engine {
  readonly residency: Residency;
  readonly random = new RandomState();
  /** Whether ops record how they were made. */
  recording = true;
  scope: Scope | null = null;

  private readonly exports: KernelExports;
  private readonly buffer: ArrayBufferLike;
  private readonly layout: Int32Array;
  private readonly literals = new Map<string, FixedStorage>();
  private readonly literalArea: number;

  constructor(
    readonly kernels: Kernels,
    readonly heap: Heap,
  ) {
    this.exports = kernels.exports;
    this.buffer = kernels.memory.buffer;
    const layoutArea = heap.allocate(layoutWords * 4, 'kernel layouts');
    this.layout = new Int32Array(this.buffer, layoutArea, layoutWords);
    this.literalArea = heap.allocate(literalSlots * 8, 'number literals');
    const scratch = heap.allocate(this.kernel('scratchBytes')(), 'kernel scratch');
    this.kernel('setScratch')(scratch);
    this.residency = new Residency(heap, this.buffer);
  }

  /** The buffer all tensors live in. */
  get memory(): ArrayBufferLike {
    return this.buffer;
  }

  /** A kernel by its name, for a dtype where it has several. */
  kernel(name: string, dtype?: DType): Kernel {
    const full = dtype === undefined ? name : `${name}_${kernelSuffix(dtype)}`;
    const kernel = this.exports[full];
    if (kernel === undefined) {
      throw new DTypeError(
        `${name}: there is no kernel for ${dtype ?? 'this'} tensors; convert with to(...)`,
      );
    }
    return kernel;
  }

  /** Storage that lives until the scope in force ends, or as long as somebody uses it. */
  allocate(byteLength: number, label: string): HeapStorage {
    const storage = new HeapStorage(this.residency, byteLength, label);
    this.scope?.add(storage);
    return storage;
  }

  /** Storage of a number that appears in code, written once. */
  literal(dtype: DType, value: number, byteLength: number): Storage {
    const key = `${dtype} ${Object.is(value, -0) ? '-0' : value}`;
    const known = this.literals.get(key);
    if (known) return known;
    if (this.literals.size === literalSlots) {
      const storage = this.allocate(byteLength, 'number');
      this.kernel('fill', dtype)(storage.address(), value, 1);
      return storage;
    }
    const storage = new FixedStorage(byteLength, this.literalArea + 8 * this.literals.size);
    this.kernel('fill', dtype)(storage.address(), value, 1);
    this.literals.set(key, storage);
    return storage;
  }

  /** Writes a shape and strides where a kernel reads them; valid for the next kernel call. */
  describe(shape: readonly number[], strides: readonly (readonly number[])[]): number {
    const words = [shape.length, ...shape, ...strides.flat()];
    if (words.length > layoutWords) {
      throw new DTypeError(`a tensor with ${shape.length} axes is beyond what a kernel can walk`);
    }
    this.layout.set(words);
    return this.layout.byteOffset;
  }

  /** Marks the start of an op: what it uses from here on stays in the heap until the next. */
  nextOp(): void {
    this.residency.tick++;
  }
}

let current: Engine | null = null;

/** The engine of this thread, made at its first use. */
export function engine(): Engine {
  if (current === null) {
    const memory = reserveMemory();
    const kernels = instantiateKernels(compileKernels({ mode: 'exact' }), memory);
    current = new Engine(kernels, new Heap(reservedBytes, memory.buffer.byteLength));
  }
  return current;
}

/** Gives this thread an engine instead of the one it would make; ranks call it before all else. */
export function installEngine(engine: Engine): void {
  current = engine;
}
