import { scratch } from './scratch';
import { runTile } from './tile';
import { ADD, Packed, STORE } from './tile-access';
import { PANEL, ROWS } from './tile-shape';

/** The start of the scratch region, where a tile at an edge is put. */
export const EDGE_BYTES: i32 = 512;

/**
 * One tile of a product of packed operands, of which `rows` rows and `width` bytes exist in C; `mode` as in
 * tile-access.ts.
 */
export function multiplyTile<T>(
  c: usize,
  ldc: usize,
  a: usize,
  b: usize,
  rows: i32,
  width: i32,
  kc: i32,
  mode: i32,
): void {
  if (rows >= ROWS && width >= PANEL) {
    runTile<T, Packed>(kc, a, 0, 0, b, c, ldc, mode, PANEL);
  } else {
    runTile<T, Packed>(kc, a, 0, 0, b, scratch, PANEL, STORE, width);
    mergeEdge<T>(c, ldc, min(rows, ROWS), min(width, PANEL), mode);
  }
}

/** Stores or adds the part of the tile in scratch that exists in C. */
function mergeEdge<T>(c: usize, ldc: usize, rows: i32, width: i32, mode: i32): void {
  let from = scratch;
  for (let i = 0; i < rows; ++i) {
    let j = 0;
    for (; j + 16 <= width; j += 16) {
      const x = v128.load(from + j);
      v128.store(c + j, mode == ADD ? v128.add<T>(v128.load(c + j), x) : x);
    }
    for (; j < width; j += <i32>sizeof<T>()) {
      const x = load<T>(from + j);
      store<T>(c + j, mode == ADD ? load<T>(c + j) + x : x);
    }
    from += PANEL;
    c += ldc;
  }
}
