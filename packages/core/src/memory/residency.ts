import { OutOfMemoryError, type Heap } from '@dltrain/kernels';
import { BlockCache } from './block-cache.js';
import type { HeapStorage, Storage } from './storage.js';

/** The limit to start with: what a small model needs, so that garbage does not pile up. */
const firstLimit = 16 * 2 ** 20;
/** Charged for each storage besides its bytes, for the JavaScript objects that go with it. */
const overhead = 1024;

/**
 * Decides which storages are in the heap. An allocation that does not fit, or that would pass the
 * limit, first moves out what has gone unused longest; what the op in progress uses stays. The
 * limit rises whenever something that was moved out is wanted again, so it settles at what a
 * program really works with.
 */
export class Residency {
  /** Counts ops: a storage used in the current tick is not moved. */
  tick = 1;

  private readonly cache: BlockCache;
  private spent: readonly Storage[] = [];
  /** Ends of the list of storages in the heap, in the order of their last use. */
  private oldest: HeapStorage | null = null;
  private newest: HeapStorage | null = null;
  /** Bytes and overhead of the storages in the heap. */
  private charged = 0;
  /** Charge beyond which the oldest are moved out. */
  private limit: number;

  constructor(
    private readonly heap: Heap,
    private readonly buffer: ArrayBufferLike,
    /** Whether storages may leave the heap at all. */
    private readonly movable: boolean,
  ) {
    this.cache = new BlockCache(heap);
    this.limit = Math.min(firstLimit, heap.capacity / 2);
  }

  /** Room for a storage, made if necessary. */
  claim(storage: HeapStorage): number {
    const charge = storage.byteLength + overhead;
    // Half of the limit goes at a time, so that moving is rare.
    if (this.charged + charge > this.limit) this.moveOldest(charge + this.limit / 2);
    const address = this.allocate(storage);
    this.charged += charge;
    storage.lastUse = this.tick;
    this.append(storage);
    return address;
  }

  /** Room for a storage that was moved out and is needed again: the limit was too low. */
  reclaim(storage: HeapStorage): number {
    this.limit = Math.min(this.limit + 2 * (storage.byteLength + overhead), this.heap.capacity);
    return this.claim(storage);
  }

  /** Notes that the op in progress uses a storage. */
  use(storage: HeapStorage): void {
    storage.lastUse = this.tick;
    if (storage === this.newest) return;
    this.remove(storage);
    this.append(storage);
  }

  /** Takes back the room of a storage that moves or ends. */
  yield(storage: HeapStorage, address: number): void {
    this.charged -= storage.byteLength + overhead;
    this.remove(storage);
    this.cache.give(address, storage.byteLength);
  }

  /** Notes what the sweep that just ended has used up, and releases what the one before it had. */
  replaceSpent(storages: readonly Storage[]): void {
    for (const storage of this.spent) {
      storage.release?.('by the backward() after the one that used it');
    }
    this.spent = storages;
  }

  /** Hands the heap all that waits to be used again. */
  flush(): void {
    this.cache.flush();
  }

  /**
   * Moves out what has gone unused longest until the heap has a free piece of so many bytes, or nothing is
   * left to move: for whoever takes it from the heap itself. Only between ops.
   */
  makeRoom(bytes: number): void {
    if (this.heap.largestFree >= bytes) return;
    this.cache.flush();
    // What the last op used may go, too.
    this.tick++;
    while (this.heap.largestFree < bytes) {
      if (this.moveOldest(1) > 0) continue;
      this.nameHolders();
      return;
    }
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.buffer, address, length);
  }

  private allocate({ byteLength, label }: HeapStorage): number {
    const cached = this.cache.take(byteLength);
    if (cached !== 0) return cached;
    for (;;) {
      try {
        return this.heap.allocate(byteLength, label);
      } catch (error) {
        if (!(error instanceof OutOfMemoryError)) throw error;
        // First what nobody uses, then what the op in progress does not.
        if (this.cache.flush() || this.moveOldest(Infinity) > 0) continue;
        this.nameHolders();
        return this.heap.allocate(byteLength, label); // throws the same, with those names
      }
    }
  }

  /** Tells the heap who holds its blocks: the cache has passed them on without a word to it. */
  private nameHolders(): void {
    for (let storage = this.oldest; storage !== null; storage = storage.newer) {
      this.heap.relabel(storage.near, storage.label);
    }
  }

  private moveOldest(bytes: number): number {
    let moved = 0;
    if (!this.movable) return moved;
    for (let next = this.oldest; next !== null && next.lastUse < this.tick && moved < bytes;) {
      const storage = next;
      next = storage.newer;
      if (!storage.moveFar()) break;
      moved += storage.byteLength + overhead;
    }
    return moved;
  }

  private append(storage: HeapStorage): void {
    storage.older = this.newest;
    storage.newer = null;
    if (this.newest === null) this.oldest = storage;
    else this.newest.newer = storage;
    this.newest = storage;
  }

  private remove(storage: HeapStorage): void {
    const { older, newer } = storage;
    if (older === null) this.oldest = newer;
    else older.newer = newer;
    if (newer === null) this.newest = older;
    else newer.older = older;
    storage.older = null;
    storage.newer = null;
  }
}
