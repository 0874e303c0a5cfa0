import { ReleasedError } from './errors.js';
import type { Residency } from './residency.js';

/** Bytes that a tensor reads and writes. Where they live may change between two uses. */
export interface Storage {
  readonly byteLength: number;
  /** Counts writes in place, so that a derivative notices that its operand was changed. */
  version: number;
  /** Byte address in the shared memory, valid until the next allocation by this thread. */
  address(): number;
  /** Address of this matrix packed for GEMM, or 0 when nobody packed it. */
  packed?(transposed: boolean): number;
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
  /** Tick of the last use, by which the least recently used is found. */
  lastUse = 0;

  private state: 'near' | 'far' | 'released' = 'near';
  private near: number;
  private far: ArrayBuffer | null = null;
  private releasedBy = '';

  constructor(
    private readonly residency: Residency,
    readonly byteLength: number,
    readonly label: string,
  ) {
    this.near = residency.claim(this);
  }

  address(): number {
    this.lastUse = this.residency.tick;
    if (this.state === 'near') return this.near;
    if (this.state === 'released') {
      throw new ReleasedError(
        `this tensor (${this.label}, ${this.byteLength} bytes) was released ${this.releasedBy}; ` +
          'call keep() on it before that to read it later',
      );
    }
    this.near = this.residency.reclaim(this);
    if (this.far !== null) {
      this.residency.bytes(this.near, this.byteLength).set(new Uint8Array(this.far));
    }
    this.far = null;
    this.state = 'near';
    return this.near;
  }

  /** Moves the bytes out of the heap; the next use brings them back. */
  moveFar(): void {
    if (this.state !== 'near') return;
    const far = new ArrayBuffer(this.byteLength);
    new Uint8Array(far).set(this.residency.bytes(this.near, this.byteLength));
    this.far = far;
    this.residency.yield(this, this.near);
    this.state = 'far';
  }

  /** Gives the bytes back for good; `reason` completes "was released ...". */
  release(reason: string): void {
    if (this.kept || this.state === 'released') return;
    if (this.state === 'near') this.residency.yield(this, this.near);
    this.far = null;
    this.state = 'released';
    this.releasedBy = reason;
  }
}
