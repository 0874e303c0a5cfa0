/**
 * The order in which what the leaves produced is summed: one binary tree over all leaves, the same
 * for any number of workers.
 *
 *     T(lo, hi) = T(lo, m) + T(m, hi),   m = lo + the largest power of two below hi - lo
 *
 * The left operand comes first. An empty leaf is left out: the sum is then its sibling's.
 */
export interface TreeRange {
  readonly low: number;
  readonly high: number;
}

/** Where `T(low, high)` is split; for ranges of two leaves and more. */
export function splitOf({ low, high }: TreeRange): number {
  let half = 1;
  while (half * 2 < high - low) half *= 2;
  return low + half;
}

/** Evaluates the tree over a range from its leaves upward, left before right. */
export function foldTree<T>(
  range: TreeRange,
  leaf: (index: number) => T,
  join: (left: T, right: T) => T,
): T {
  if (range.high - range.low === 1) return leaf(range.low);
  const middle = splitOf(range);
  const left = foldTree({ low: range.low, high: middle }, leaf, join);
  return join(left, foldTree({ low: middle, high: range.high }, leaf, join));
}

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
