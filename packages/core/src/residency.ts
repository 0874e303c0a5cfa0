import { OutOfMemoryError, type Heap } from '@dltrain/kernels';
import type { HeapStorage } from './storage.js';

/**
 * Decides which storages are in the heap. An allocation that does not fit, or that would pass the
 * limit, first moves out what has gone unused longest; what the op in progress uses stays.
 */
export class Residency {
  /** Counts ops: a storage used in the current tick is not moved. */
  tick = 1;

  private spent: readonly HeapStorage[] = [];
  private readonly near = new Set<HeapStorage>();
  /** Bytes beyond which the oldest are moved out. */
  private limit: number;

  constructor(
    private readonly heap: Heap,
    private readonly buffer: ArrayBufferLike,
  ) {
    this.limit = heap.capacity / 8;
  }

  /** Bytes held by live storages, in the heap. */
  get used(): number {
    return this.heap.used;
  }

  /** Room for a storage, made if necessary. */
  claim(storage: HeapStorage): number {
    storage.lastUse = this.tick;
    // Half of the limit goes at a time, so that the search for the oldest is rare.
    const over = this.heap.used + storage.byteLength - this.limit;
    if (over > 0) this.moveOldest(over + this.limit / 2);
    const address = this.allocate(storage);
    this.near.add(storage);
    return address;
  }

  /** Room for a storage that was moved out and is needed again: the limit was too low by its size. */
  reclaim(storage: HeapStorage): number {
    this.limit = Math.min(this.limit + storage.byteLength, this.heap.capacity);
    return this.claim(storage);
  }

  /** Takes back the room of a storage that moves or ends. */
  yield(storage: HeapStorage, address: number): void {
    this.near.delete(storage);
    this.heap.free(address);
  }

  /** Notes what the sweep that just ended has used up, and releases what the one before it had. */
  replaceSpent(storages: readonly HeapStorage[]): void {
    for (const storage of this.spent)
      storage.release('by the backward() after the one that used it');
    this.spent = storages;
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.buffer, address, length);
  }

  private allocate(storage: HeapStorage): number {
    try {
      return this.heap.allocate(storage.byteLength, storage.label);
    } catch (error) {
      if (!(error instanceof OutOfMemoryError) || this.moveOldest(Infinity) === 0) throw error;
      return this.heap.allocate(storage.byteLength, storage.label);
    }
  }

  private moveOldest(bytes: number): number {
    const oldest = [...this.near]
      .filter((storage) => storage.lastUse < this.tick)
      .sort((a, b) => a.lastUse - b.lastUse);
    let moved = 0;
    for (const storage of oldest) {
      if (moved >= bytes) break;
      storage.moveFar();
      moved += storage.byteLength;
    }
    return moved;
  }
}
