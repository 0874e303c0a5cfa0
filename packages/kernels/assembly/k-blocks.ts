/** A panel of one block (64 bytes a step) stays in the first-level cache: 24 KiB. */
export const LONGEST: i32 = 384;

/**
 * The length of the blocks in which products are summed along k: equal blocks, the last may be
 * shorter. Each block starts at +0 and its sum is added to those before it, so these borders fix
 * the bits of every product and convolution. They depend on k alone, and on nothing else anywhere.
 */
export function kBlock(k: i32): i32 {
  if (k <= LONGEST) return k;
  const blocks = (k + LONGEST - 1) / LONGEST;
  return ((k + blocks - 1) / blocks + 7) & ~7;
}
