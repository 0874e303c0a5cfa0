import { tile4x16 } from './tile-4x16';
import { tile5x8 } from './tile-5x8';
import { tile6x8 } from './tile-6x8';
import { tilePlain } from './tile-plain';

/** Bytes of a panel a step along k, and of a tile's row: a cache line, 16 f32 or 8 f64. */
export const PANEL: i32 = 64;
/** The most rows a tile has. */
export const MOST_ROWS: i32 = 6;

/** The tiles that `setTile` knows, by number; src/candidates.ts knows them too. */
const PLAIN: i32 = 0;
const T4X16: i32 = 1;
const T5X8: i32 = 2;
const T6X8: i32 = 3; // in the relaxed module only

let tile: i32 = PLAIN;
let rows: i32 = 4;

/** Chooses the register tile of this instance; the bits of the exact module do not depend on it. */
export function chooseTile(id: i32): void {
  tile = id;
  rows = id == T5X8 ? 5 : id == T6X8 ? 6 : 4;
}

/** Rows of the chosen tile. */
export function tileRows(): i32 {
  return rows;
}

/** Elements of T in a panel a step. */
// @ts-ignore: decorator
@inline
export function panelLanes<T>(): i32 {
  return PANEL / <i32>sizeof<T>();
}

/** Panels that hold n columns. */
// @ts-ignore: decorator
@inline
export function panelsOf<T>(n: i32): i32 {
  return (n + panelLanes<T>() - 1) / panelLanes<T>();
}

/**
 * Computes one tile, `tileRows()` rows by a panel: c[i, :] gets, adds or resumes (`mode`) the sum over
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
  } else if (tile == T5X8) {
    tile5x8<T, Access>(kc, a, rows, offsets, b, c, ldc, mode);
    if (width > 32) tile5x8<T, Access>(kc, a, rows, offsets, b + 32, c + 32, ldc, mode);
  } else if (ASC_FEATURE_RELAXED_SIMD && tile == T6X8) {
    tile6x8<T, Access>(kc, a, rows, offsets, b, c, ldc, mode);
    if (width > 32) tile6x8<T, Access>(kc, a, rows, offsets, b + 32, c + 32, ldc, mode);
  } else {
    tilePlain<T, Access>(kc, a, rows, offsets, b, c, ldc, mode);
  }
}
