import { engine } from '@dltrain/core';
import type { PanelPlace } from './run-layout.js';

/**
 * Weights packed for GEMM, once a step for all ranks. Which ones are worth packing shows in the
 * first leaf that multiplies by them: it marks them as wanted. At the end of the step the last rank
 * at the barrier makes that a decision for all, and from the next step on every rank packs its share
 * of the panels before the first leaf.
 */
export class Panels {
  private readonly wanted: Int32Array;
  private readonly chosen: Int32Array;
  /** Indices of the panels that hold the generation in force. */
  private packed: ReadonlySet<number> = new Set();

  constructor(
    private readonly places: readonly PanelPlace[],
    buffer: ArrayBufferLike,
    requests: number,
  ) {
    this.wanted = new Int32Array(buffer, requests, places.length);
    this.chosen = new Int32Array(buffer, requests + this.wanted.byteLength, places.length);
  }

  /** Makes the wishes so far the choice of all ranks. Run by one rank while the others wait. */
  decide(): void {
    this.chosen.set(this.wanted);
  }

  /**
   * The address of a parameter packed as a matrix of these sizes, or 0 where it is not packed (yet). Part
   * of it, or its elements in another shape, are another matrix.
   */
  find(parameter: number, rows: number, columns: number, transposed: boolean): number {
    const [n, k] = transposed ? [rows, columns] : [columns, rows];
    const index = this.places.findIndex(
      (place) =>
        place.slot.index === parameter &&
        place.transposed === transposed &&
        place.n === n &&
        place.k === k,
    );
    if (index < 0) return 0;
    if (this.packed.has(index)) return this.places[index]?.address ?? 0;
    Atomics.store(this.wanted, index, 1);
    return 0;
  }

  /**
   * Packs this rank's share of the chosen panels from the generation in force. The caller meets the
   * other ranks before it uses them.
   * @returns whether there was anything to pack, which is the same for every rank
   */
  pack(rank: number, workers: number, addressOf: (parameter: number) => number): boolean {
    const chosen = this.places.flatMap((_, i) => (this.chosen[i] === 1 ? [i] : []));
    for (const index of chosen) {
      const place = this.places[index];
      if (place === undefined) continue;
      const { slot, n, k, address, transposed } = place;
      const count = engine().kernel('panelCount', slot.dtype)(n);
      const first = Math.floor((rank * count) / workers);
      const end = Math.floor(((rank + 1) * count) / workers);
      engine().kernel('packBPanels', slot.dtype)(
        address,
        addressOf(slot.index),
        n,
        k,
        transposed ? 1 : 0,
        first,
        end - first,
      );
    }
    this.packed = new Set(chosen);
    return chosen.length > 0;
  }

  /** Forgets what was packed: the weights have changed. */
  expire(): void {
    this.packed = new Set();
  }
}
