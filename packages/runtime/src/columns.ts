import { columnCount } from './run-layout.js';
import { sumTree } from './tree.js';

/** A weighted sum; its mean is `sum / weight`. */
export interface Weighted {
  readonly sum: number;
  readonly weight: number;
}

/**
 * What leaves yield besides gradients: loss and metrics as (sum, weight) pairs, joined over the
 * leaves in the order of the tree, so that class weights and short batches come out right.
 */
export class Columns {
  private readonly numbers: Float64Array;
  private readonly width: number;

  constructor(buffer: ArrayBufferLike, address: number, leaves: number, metrics: number) {
    this.width = columnCount(metrics);
    this.numbers = new Float64Array(buffer, address, leaves * this.width);
  }

  /** Writes a leaf's row: the loss first, then the metrics. */
  set(leaf: number, row: readonly Weighted[]): void {
    row.forEach(({ sum, weight }, i) => {
      this.numbers[leaf * this.width + 2 * i] = sum;
      this.numbers[leaf * this.width + 2 * i + 1] = weight;
    });
  }

  /** The row of a leaf without samples. */
  clear(leaf: number): void {
    this.numbers.fill(0, leaf * this.width, (leaf + 1) * this.width);
  }

  /** Column `i` over the first `leaves` leaves; 0 is the loss. */
  total(i: number, leaves: number): Weighted {
    const at = (leaf: number, offset: number) =>
      this.numbers[leaf * this.width + 2 * i + offset] ?? NaN;
    return {
      sum: sumTree(leaves, (leaf) => at(leaf, 0)),
      weight: sumTree(leaves, (leaf) => at(leaf, 1)),
    };
  }

  /** Means of all columns over the first `leaves` leaves. */
  means(leaves: number): number[] {
    return Array.from({ length: this.width / 2 }, (_, i) => {
      const { sum, weight } = this.total(i, leaves);
      return sum / weight;
    });
  }
}
