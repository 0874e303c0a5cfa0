import { tile4x16 } from './tile-4x16';
import { tile4x8 } from './tile-4x8';
import { tilePlain } from './tile-plain';

/** The tiles that `setTile` knows, by number; src/candidates.ts knows them too. */
const PLAIN: i32 = 0;
const T4X16: i32 = 1;
const T4X8: i32 = 2;

let tile: i32 = PLAIN;

/** Chooses the register tile of this instance; the bits of the exact module do not depend on it. */
export function chooseTile(id: i32): void {
  tile = id;
}

/**
 * Computes one tile, `ROWS` rows by a panel: c[i, :] gets, adds or resumes (`mode`) the sum over
 * p < kc of a[i, p] * b[p, :]. See tile-access.ts for how a[i, p] is found. Lanes behind
 * `width` bytes may be left out.
 */
export function runTile<T, Access>(
  kc: i32,
  a: usize,
  rows: usize,
  offsets: usize,
  b: usize,
  c: usize,
  ldc: usize,
  mode: i32,
  width: i32,
): void {
  if (tile == T4X16) {
    tile4x16<T, Access>(kc, a, rows, offsets, b, c, ldc, mode);
  } else if (tile == T4X8) {
    tile4x8<T, Access>(kc, a, rows, offsets, b, c, ldc, mode);
    if (width > 32) tile4x8<T, Access>(kc, a, rows, offsets, b + 32, c + 32, ldc, mode);
  } else {
    tilePlain<T, Access>(kc, a, rows, offsets, b, c, ldc, mode);
  }
}
