import { engine } from '@dltrain/core';
import { permutation } from '@dltrain/data';
import type { PreparedRun } from './prepare.js';

/** The order of an epoch's samples, where every rank reads it. It follows from the seed and the epoch. */
export class EpochOrder {
  /** The epoch whose order is there, from 0. */
  private written: number | null = null;

  constructor(
    private readonly prepared: PreparedRun,
    private readonly shuffle: boolean,
  ) {}

  /** Makes ranks read the order of an epoch, counted from 0. */
  show(epoch: number): void {
    if (this.written === epoch) return;
    this.written = epoch;
    const { orders, plan } = this.prepared;
    const { train } = plan.indices;
    const order = new Int32Array(engine().memory, orders.layout.order, train.length);
    if (!this.shuffle) {
      order.set(train);
      return;
    }
    const shuffled = permutation(train.length, orders.seed, epoch);
    shuffled.forEach((from, position) => {
      order[position] = train[from] ?? 0;
    });
  }
}
