import {
  compileKernels,
  Heap,
  instantiateKernels,
  reserveMemory,
  reservedBytes,
  type Kernels,
} from '@dltrain/kernels';
import { DTypeError, ShapeError } from './errors.js';
import { kernelSuffix, type DType } from './dtype.js';
import type { LiteralTable } from './literal.js';
import { Residency } from './memory/residency.js';
import { ownRandom, RandomState } from './random/random-state.js';
import type { RowParts } from './row-parts.js';
import type { Scope } from './memory/scope.js';
import { HeapStorage } from './memory/storage.js';

type Kernel = (...args: number[]) => number;

/** Words of the area in which an op describes shapes and strides to a kernel. */
const layoutWords = 256;

export interface EngineOptions {
  /**
   * Whether tensors that have gone unused may be moved out of the heap, true by default. Not so where
   * other threads read them in place.
   */
  readonly movable?: boolean;
}

/**
 * What a thread computes with: its kernels, its heap, and the state that ops share. The main thread
 * makes one at the first tensor; a rank is given one over its arena.
 */
export class Engine {
  readonly residency: Residency;
  /** Whether ops record how they were made. */
  recording = true;
  /** Whether every result is searched for the first NaN or infinity. */
  anomaly = false;
  scope: Scope | null = null;
  /** Where the rows of the batch in hand are cut; null where they are one part. */
  rowParts: RowParts | null = null;
  /** Numbers that appear in code, as tensors; made at the first. */
  literals: LiteralTable | null = null;
  /** The buffer all tensors live in. */
  readonly memory: ArrayBufferLike;

  /** Random numbers for all that has none of its own. */
  private readonly commonRandom = new RandomState();
  private readonly layout: Int32Array;
  private readonly kernelsByName: ReadonlyMap<string, Kernel>;
  private readonly kernelsByDType: Readonly<Record<string, ReadonlyMap<string, Kernel>>>;

  constructor(
    readonly kernels: Kernels,
    readonly heap: Heap,
    options: EngineOptions = {},
  ) {
    this.memory = kernels.memory.buffer;
    const named = Object.entries(kernels.exports);
    this.kernelsByName = new Map(named);
    // Sorted by dtype beforehand, so that an op need not put a name together.
    const ofDType = (suffix: string) =>
      new Map(
        named.flatMap(([name, kernel]): [string, Kernel][] =>
          name.endsWith(suffix) ? [[name.slice(0, -suffix.length), kernel]] : [],
        ),
      );
    this.kernelsByDType = {
      f32: ofDType('_f32'),
      f64: ofDType('_f64'),
      i32: ofDType('_i32'),
      u8: ofDType('_u8'),
    };
    const layoutArea = heap.allocate(layoutWords * 4, 'kernel layouts');
    this.layout = new Int32Array(this.memory, layoutArea, layoutWords);
    const scratch = heap.allocate(this.kernel('scratchBytes')(), 'kernel scratch');
    this.kernel('setScratch')(scratch);
    this.kernel('setTile')(kernels.tile);
    this.residency = new Residency(heap, this.memory, options.movable ?? true);
  }

  /** Where this thread, or work that has its own, is in its random numbers. */
  get random(): RandomState {
    return ownRandom.getStore() ?? this.commonRandom;
  }

  /** A kernel by its name, for a dtype where it has several. */
  kernel(name: string, dtype?: DType): Kernel {
    const kernel =
      dtype === undefined
        ? this.kernelsByName.get(name)
        : this.kernelsByDType[kernelSuffix(dtype)]?.get(name);
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

  /** Writes a shape and strides where a kernel reads them; valid for the next kernel call. */
  describe(shape: readonly number[], ...strides: readonly (readonly number[])[]): number {
    const { layout } = this;
    const rank = shape.length;
    if (1 + rank * (1 + strides.length) > layoutWords) {
      throw new ShapeError(`a tensor with ${rank} axes is beyond what a kernel can walk`);
    }
    let at = 0;
    layout[at++] = rank;
    for (let axis = 0; axis < rank; axis++) layout[at++] = shape[axis] ?? 1;
    for (const own of strides) {
      for (let axis = 0; axis < rank; axis++) layout[at++] = own[axis] ?? 0;
    }
    return layout.byteOffset;
  }

  /** Describes an operand of `size` elements beside one that repeats after `period` of them. */
  describeRepeated(size: number, period: number, repeatedFirst: boolean): number {
    const { layout } = this;
    const steps = period === 1 ? 0 : 1;
    const rank = period === 1 ? 1 : 2;
    const whole = 1 + rank + (repeatedFirst ? rank : 0);
    const repeated = 1 + rank + (repeatedFirst ? 0 : rank);
    layout[0] = rank;
    layout[1] = size / period;
    layout[rank] = rank === 1 ? size : period;
    layout[whole] = rank === 1 ? 1 : period;
    layout[whole + rank - 1] = 1;
    layout[repeated] = 0;
    layout[repeated + rank - 1] = steps;
    return layout.byteOffset;
  }

  /** Writes whole numbers where a kernel reads them; valid for the next kernel call. */
  describeNumbers(numbers: readonly number[]): number {
    if (numbers.length > layoutWords) {
      throw new ShapeError(`${numbers.length} numbers are beyond what a kernel can be told`);
    }
    this.layout.set(numbers);
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
  current ??= makeEngine();
  return current;
}

function makeEngine(): Engine {
  const memory = reserveMemory();
  const kernels = instantiateKernels(compileKernels({ mode: 'exact' }), memory);
  return new Engine(kernels, new Heap(reservedBytes, memory.buffer.byteLength));
}

/** Gives this thread an engine instead of the one it would make; ranks call it before all else. */
export function installEngine(engine: Engine): void {
  current = engine;
}
