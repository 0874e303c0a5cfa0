import { tile4x16, tileParts4x16 } from './tile-4x16';
import { tile4x8 } from './tile-4x8';
import { tilePlain } from './tile-plain';
import { Packed, STORE } from './tile-access';
import { PANEL, ROWS } from './tile-shape';

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

/**
 * A tile of which the steps along k are cut into parts, each summed by itself with the bits of `runTile`
 * and none longer than a block: c[i, :] gets their sum by the binary tree over parts. Both operands are
 * packed over all parts; sums wait in `waiting`.
 */
export function runTileParts<T>(
  a: usize,
  b: usize,
  ends: usize,
  parts: i32,
  waiting: usize,
  c: usize,
  ldc: usize,
  width: i32,
): void {
  if (tile == T4X16) {
    tileParts4x16<T>(a, b, ends, parts, waiting, c, ldc);
    return;
  }
  let begin = 0;
  let sums = waiting;
  for (let part = 0; part < parts; ++part) {
    const end = load<i32>(ends + 4 * part);
    const left = a + <usize>begin * ROWS * sizeof<T>();
    const right = b + <usize>begin * PANEL;
    runTile<T, Packed>(end - begin, left, 0, 0, right, sums, PANEL, STORE, width);
    sums += ROWS * PANEL;
    begin = end;
  }
  joinParts<T>(waiting, parts);
  for (let i = 0; i < ROWS; ++i) memory.copy(c + i * ldc, waiting + i * PANEL, PANEL);
}

/** Joins sums that lie one after another, in place: that of all takes the place of the first. */
function joinParts<T>(sums: usize, parts: i32): void {
  for (let step = 1; step < parts; step <<= 1) {
    for (let part = 0; part + step < parts; part += 2 * step) {
      const to = sums + part * ROWS * PANEL;
      const from = to + step * ROWS * PANEL;
      for (let at = 0; at < ROWS * PANEL; at += 16) {
        v128.store(to + at, v128.add<T>(v128.load(to + at), v128.load(from + at)));
      }
    }
  }
}
