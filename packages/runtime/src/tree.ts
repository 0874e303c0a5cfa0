/**
 * How ranks share the tree in which what the leaves produced is summed. An empty leaf is left out: the
 * sum is then its sibling's.
 */
import { foldTree, splitOf, type TreeRange } from '@dltrain/core';

/**
 * The largest subtrees of the tree over `leaves` that lie within `owned`, from left to right: what
 * one rank can sum on its own.
 */
export function ownedSubtrees(owned: TreeRange, leaves: number): TreeRange[] {
  const found: TreeRange[] = [];
  const visit = (node: TreeRange): void => {
    if (node.low >= owned.high || node.high <= owned.low) return;
    if (node.low >= owned.low && node.high <= owned.high) {
      found.push(node);
    } else {
      const middle = splitOf(node);
      visit({ low: node.low, high: middle });
      visit({ low: middle, high: node.high });
    }
  };
  if (leaves > 0 && owned.high > owned.low) visit({ low: 0, high: leaves });
  return found;
}

/** The leaves of a rank: an equal share, as near as whole numbers allow. */
export function leavesOf(rank: number, workers: number, leaves: number): TreeRange {
  return {
    low: Math.floor((rank * leaves) / workers),
    high: Math.floor(((rank + 1) * leaves) / workers),
  };
}

/** The sum of one number a leaf, in the order of the tree. */
export function sumTree(leaves: number, value: (leaf: number) => number): number {
  if (leaves === 0) return 0;
  return foldTree({ low: 0, high: leaves }, value, (left, right) => left + right);
}
