/**
 * The order in which the parts of a sum are joined: one binary tree over all parts, the same however
 * they are spread over threads.
 *
 *     T(lo, hi) = T(lo, m) + T(m, hi),   m = lo + the largest power of two below hi - lo
 *
 * The left operand comes first.
 */
export interface TreeRange {
  readonly low: number;
  readonly high: number;
}

/** Where `T(low, high)` is split; for ranges of two parts and more. */
export function splitOf({ low, high }: TreeRange): number {
  let half = 1;
  while (half * 2 < high - low) half *= 2;
  return low + half;
}

/** Evaluates the tree over a range from its parts upward, left before right. */
export function foldTree<T>(
  range: TreeRange,
  part: (index: number) => T,
  join: (left: T, right: T) => T,
): T {
  if (range.high - range.low === 1) return part(range.low);
  const middle = splitOf(range);
  const left = foldTree({ low: range.low, high: middle }, part, join);
  return join(left, foldTree({ low: middle, high: range.high }, part, join));
}
