import { ReleasedError } from '../errors.js';
import type { Residency } from './residency.js';

/** Bytes that a tensor reads and writes. Where they live may change between two uses. */
export interface Storage {
  readonly byteLength: number;
  /** Counts writes in place, so that a derivative notices that its operand was changed. */
  version: number;
  /** The bytes of the heap behind this storage, where it has any: they must stay for it to be read. */
  readonly owner?: HeapStorage | undefined;
  /** Set where the bytes are derived from others: a write to them would be lost. */
  readonly readOnly?: true;
  /** Byte address in the shared memory, valid until the next allocation by this thread. */
  address(): number;
  /**
   * Address of these bytes, read as a matrix of the given sizes, packed as the right operand of a GEMM;
   * 0 when nobody packed them, or as a matrix of other sizes.
   * @param transposed whether the product uses the transpose of the matrix
   */
  packed?(rows: number, columns: number, transposed: boolean): number;
  /** Gives back the bytes that this storage alone holds; `reason` completes "was released ...". */
  release?(reason: string): void;
}

/** Bytes at a place that somebody else looks after: a slice of a region, a constant. */
export class FixedStorage implements Storage {
  version = 0;

  constructor(
    readonly byteLength: number,
    private readonly place: number,
  ) {}

  address(): number {
    return this.place;
  }
}

/**
 * Bytes of this thread's heap. The heap is the near memory of a larger one: what has not been used
 * for long may be moved to an ordinary ArrayBuffer and comes back at its next use, so a tensor that
 * nobody holds any more is collected by JavaScript even inside a synchronous loop.
 */
export class HeapStorage implements Storage {
  version = 0;
  /** Exempt from release by scopes and by `backward()`. */
  kept = false;
  /** Tick of the op that made it. */
  readonly born: number;
  /** How many adjoints of a sweep in progress read it. */
  readers = 0;
  /** Tick of the last use. */
  lastUse = 0;
  /** Neighbours in the order of use, while in the heap: the one used before, and the one after. */
  older: HeapStorage | null = null;
  newer: HeapStorage | null = null;

  /** Address in the heap; 0 while the bytes are elsewhere or gone. To look at them is no use of them. */
  near: number;
  private far: Uint8Array | null = null;
  private releasedBy = '';

  constructor(
    private readonly residency: Residency,
    readonly byteLength: number,
    readonly label: string,
  ) {
    this.born = residency.tick;
    this.near = residency.claim(this);
  }

  get owner(): this {
    return this;
  }

  get released(): boolean {
    return this.near === 0 && this.far === null;
  }

  address(): number {
    if (this.near === 0) this.comeBack();
    else if (this.lastUse !== this.residency.tick) this.residency.use(this);
    return this.near;
  }

  /**
   * Moves the bytes out of the heap; the next use brings them back.
   * @returns false when there is no ordinary memory to move them to
   */
  moveFar(): boolean {
    try {
      // A slice of shared memory is a copy in ordinary memory, which JavaScript collects.
      this.far = this.residency.bytes(this.near, this.byteLength).slice();
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
    this.residency.yield(this, this.near);
    this.near = 0;
    return true;
  }

  release(reason: string): void {
    if (this.kept || this.released) return;
    if (this.near !== 0) this.residency.yield(this, this.near);
    this.near = 0;
    this.far = null;
    this.releasedBy = reason;
  }

  private comeBack(): void {
    if (this.far === null) {
      throw new ReleasedError(
        `this tensor (made by ${this.label}, ${this.byteLength} bytes) was released ` +
          `${this.releasedBy}; call keep() on it before that to read it later`,
      );
    }
    this.near = this.residency.reclaim(this);
    this.residency.bytes(this.near, this.byteLength).set(this.far);
    this.far = null;
  }
}
