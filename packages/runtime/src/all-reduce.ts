import { bytesPerElement, engine } from '@dltrain/core';
import type { Block } from './parameter-layout.js';
import { splitOf, type TreeRange } from '@dltrain/core';

/** The part of the tree above the subtrees that ranks have summed on their own. */
type Sum = { readonly subtree: number } | { readonly left: Sum; readonly right: Sum };

/**
 * Sums a block of the gradients of all ranks in the order of the tree. Nothing is sent: each rank
 * reads the blocks of its slice where the other ranks have left them.
 */
export class AllReduce {
  private readonly sum: Sum;
  private readonly table: Uint32Array;

  /**
   * @param subtrees the subtrees that ranks sum on their own, from left to right
   * @param tableAddress for each subtree and parameter, the address of its gradient or 0
   * @param spare room for intermediate sums: a block for each subtree
   */
  constructor(
    private readonly subtrees: readonly TreeRange[],
    private readonly parameters: number,
    tableAddress: number,
    private readonly spare: number,
    private readonly spareBytes: number,
  ) {
    this.table = new Uint32Array(engine().memory, tableAddress, subtrees.length * parameters);
    this.sum = this.plan({ low: 0, high: subtrees.at(-1)?.high ?? 1 });
  }

  /** Tells the other ranks where a parameter's gradient of a subtree lies; 0 when it has none. */
  publish(subtree: number, parameter: number, address: number): void {
    this.table[subtree * this.parameters + parameter] = address;
  }

  /**
   * The address of the reduced block: `target` where a sum had to be formed, the gradient itself
   * where only one subtree has one, 0 where none has. Valid until the ranks overwrite either.
   */
  reduce(block: Block, target: number): number {
    return this.evaluate(this.sum, 0, block, target);
  }

  private evaluate(sum: Sum, level: number, block: Block, target: number): number {
    const { slot, start, count } = block;
    if ('subtree' in sum) {
      const gradient = this.table[sum.subtree * this.parameters + slot.index] ?? 0;
      return gradient === 0 ? 0 : gradient + start * bytesPerElement(slot.dtype);
    }
    const left = this.evaluate(sum.left, level, block, target);
    // Nothing was written where there is nothing on the left, so the right may write there.
    const right = this.evaluate(sum.right, left === 0 ? level : level + 1, block, target);
    if (left === 0 || right === 0) return left + right;
    const out = level === 0 ? target : this.spare + (level - 1) * this.spareBytes;
    engine().kernel('add', slot.dtype)(out, left, right, count, 0);
    return out;
  }

  private plan(range: TreeRange): Sum {
    const subtree = this.subtrees.findIndex((s) => s.low === range.low && s.high === range.high);
    if (subtree >= 0) return { subtree };
    const middle = splitOf(range);
    return {
      left: this.plan({ low: range.low, high: middle }),
      right: this.plan({ low: middle, high: range.high }),
    };
  }
}
