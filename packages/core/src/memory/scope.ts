import type { HeapStorage } from './storage.js';
import type { Tensor } from '../tensor.js';

/**
 * A stretch of work whose temporaries end with it. Every storage allocated inside is released when
 * the scope closes, except those of the value it returns, which pass to the scope around it.
 */
export class Scope {
  private readonly storages: HeapStorage[] = [];

  constructor(readonly outer: Scope | null) {}

  add(storage: HeapStorage): void {
    this.storages.push(storage);
  }

  /** How many storages were added so far. */
  get size(): number {
    return this.storages.length;
  }

  /** Releases what was added after the first `size`, but for what lies behind a survivor. */
  trim(size: number, survivors: readonly (Tensor | null)[], reason: string): void {
    const { storages } = this;
    let kept = size;
    for (let i = size; i < storages.length; i++) {
      const storage = storages[i];
      if (storage === undefined) continue;
      if (survivors.some((tensor) => tensor?.storage.owner === storage)) storages[kept++] = storage;
      else storage.release(reason);
    }
    storages.length = kept;
  }

  /** Releases all but `survivors`, which the outer scope takes over. */
  close(survivors: ReadonlySet<unknown>, reason: string): void {
    for (const storage of this.storages) {
      if (survivors.has(storage)) this.outer?.add(storage);
      else storage.release(reason);
    }
    this.storages.length = 0;
  }
}
