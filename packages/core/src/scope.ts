import type { HeapStorage } from './storage.js';

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

  /** Releases all but `survivors`, which the outer scope takes over. */
  close(survivors: ReadonlySet<unknown>, reason: string): void {
    for (const storage of this.storages) {
      if (survivors.has(storage)) this.outer?.add(storage);
      else storage.release(reason);
    }
    this.storages.length = 0;
  }
}
