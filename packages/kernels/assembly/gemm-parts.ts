import { LONGEST } from './k-blocks';
import { packA } from './pack-a';
import { packPanels } from './pack-panels';
import { scratch } from './scratch';
import { runTileParts } from './tile';
import { PANEL, panelLanes, panelsOf, ROWS } from './tile-shape';

/** Rows of C whose left operand is packed at once. */
const ROWS_AT_ONCE: i32 = 128;
/** Panels of B packed at once: as many, and as stay in the second-level cache. */
const PANELS_AT_ONCE: i32 = 64;
const PANEL_BYTES_AT_ONCE: i32 = 512 * 1024;
/** Most parts that one call takes; row-parts.ts in core knows it, too. */
const MOST_PARTS: i32 = 64;

/** The scratch region: a tile at an edge, sums of parts, then the packed part of A, then that of B. */
const TILE_BYTES: i32 = ROWS * PANEL;
const SUMS_BYTES: i32 = MOST_PARTS * TILE_BYTES;
const A_BYTES: i32 = ROWS_AT_ONCE * LONGEST * 8;

/**
 * C[m, n] = the sum over parts of A[part, m]T B[part, n], where part q holds the steps from ends[q - 1]
 * (or 0) to ends[q] along k. Each part is summed by itself, as gemm sums it, and the sums are joined by
 * the binary tree over parts, all while a tile is in the first-level cache.
 */
function multiplyParts<T>(
  c: usize,
  a: usize,
  b: usize,
  ends: usize,
  parts: i32,
  m: i32,
  n: i32,
): i32 {
  const k = load<i32>(ends + 4 * (parts - 1));
  if (parts > MOST_PARTS || k > LONGEST) return 1;
  const size = <i32>sizeof<T>();
  const lanes = panelLanes<T>();
  const panels = panelsOf<T>(n);
  const ldc = <usize>n * size;
  const waiting = scratch + TILE_BYTES;
  const packedA = waiting + SUMS_BYTES;
  const packedB = packedA + A_BYTES;
  const atOnce = min(PANELS_AT_ONCE, PANEL_BYTES_AT_ONCE / (k * PANEL));
  for (let first = 0; first < panels; first += atOnce) {
    const count = min(atOnce, panels - first);
    packPanels<T>(packedB, b, n, false, n, first, count, 0, k);
    for (let i0 = 0; i0 < m; i0 += ROWS_AT_ONCE) {
      const rows = min(ROWS_AT_ONCE, m - i0);
      packA<T>(packedA, a, m, true, i0, rows, 0, k);
      // Along the rows of C, which the processor then fetches ahead. Down its columns each tile waits for
      // four cache lines, which another rank may have read.
      for (let i = 0; i < rows; i += ROWS) {
        const left = packedA + <usize>i * k * size;
        for (let panel = 0; panel < count; ++panel) {
          const j = (first + panel) * lanes;
          const width = min(PANEL, (n - j) * size);
          const right = packedB + <usize>panel * k * PANEL;
          const to = c + (<usize>(i0 + i) * n + j) * size;
          if (width == PANEL && i + ROWS <= rows) {
            runTileParts<T>(left, right, ends, parts, waiting, to, ldc, width);
          } else {
            runTileParts<T>(left, right, ends, parts, waiting, scratch, PANEL, width);
            for (let r = 0; r < min(ROWS, rows - i); ++r) {
              memory.copy(to + r * ldc, scratch + r * PANEL, width);
            }
          }
        }
      }
    }
  }
  return 0;
}

/**
 * C[m, n] = AT B for A [k, m] and B [k, n], the rows of both cut into `parts` by their i32 `ends`. Each
 * part has the bits that gemm would give it; they are joined by the binary tree over all parts. Returns
 * 1, and does nothing, when there are too many parts or rows for the scratch region. No part is empty.
 */
export function gemmParts_f32(
  c: usize,
  a: usize,
  b: usize,
  ends: usize,
  parts: i32,
  m: i32,
  n: i32,
): i32 {
  return multiplyParts<f32>(c, a, b, ends, parts, m, n);
}
export function gemmParts_f64(
  c: usize,
  a: usize,
  b: usize,
  ends: usize,
  parts: i32,
  m: i32,
  n: i32,
): i32 {
  return multiplyParts<f64>(c, a, b, ends, parts, m, n);
}
