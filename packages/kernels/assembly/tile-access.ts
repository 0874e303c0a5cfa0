/**
 * How a register tile finds the left operand of its product, op(A)[i, p] for row i of the tile and
 * step p along k. The right operand is always a packed panel: 64 bytes a step. An access is a type,
 * so that each tile is compiled once for each:
 *
 * - `Packed`: the rows of the tile interleaved, at `a + (p * 4 + i) * size`;
 * - `Adjacent`: neighbours in memory, at `a + offsets[p] + i * size`;
 * - `Scattered`: anywhere, at `a + rows[i] + offsets[p]`.
 *
 * `offsets` and `rows` are arrays of u32, in bytes. The last two are what makes a convolution
 * without an im2col matrix: rows are pixels (or taps), steps are taps (or pixels).
 */
export type Packed = u8;
export type Adjacent = u16;
export type Scattered = u32;

// @ts-ignore: decorator
@inline
export function isPacked<Access>(): bool {
  return sizeof<Access>() == sizeof<Packed>();
}

// @ts-ignore: decorator
@inline
export function isScattered<Access>(): bool {
  return sizeof<Access>() == sizeof<Scattered>();
}

/** What becomes of what the result held: forgotten, or the tile's sum is added to it ... */
export const STORE: i32 = 0;
export const ADD: i32 = 1;
/** ... or it is where the sum goes on (a block along k that was interrupted). */
export const RESUME: i32 = 2;
