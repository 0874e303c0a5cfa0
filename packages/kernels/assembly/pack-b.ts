import { kBlock } from './k-blocks';
import { packPanels } from './pack-panels';
import { PANEL, panelsOf } from './tile-shape';

/**
 * Packs panels [first, first + count) of the whole of op(B): block after block along k, in each
 * panel after panel. Threads may pack different panels of one B.
 */
function packWhole<T>(
  to: usize,
  b: usize,
  n: i32,
  k: i32,
  transB: bool,
  first: i32,
  count: i32,
): void {
  const panels = panelsOf<T>(n);
  const block = kBlock(k);
  count = min(count, panels - first);
  for (let p0 = 0; p0 < k; p0 += block) {
    const kc = min(block, k - p0);
    const at = to + (<usize>p0 * panels + <usize>first * kc) * PANEL;
    packPanels<T>(at, b, transB ? k : n, transB, n, first, count, p0, kc);
  }
}

/** Bytes of op(B) [k, n] packed. */
export function packedBytes_f32(n: i32, k: i32): usize {
  return <usize>panelsOf<f32>(n) * k * PANEL;
}
export function packedBytes_f64(n: i32, k: i32): usize {
  return <usize>panelsOf<f64>(n) * k * PANEL;
}

/** How many panels hold n columns. */
export function panelCount_f32(n: i32): i32 {
  return panelsOf<f32>(n);
}
export function panelCount_f64(n: i32): i32 {
  return panelsOf<f64>(n);
}

/** Packs B, [k, n] or (transB) [n, k], for `gemmPacked`; any tile reads it. */
export function packB_f32(to: usize, b: usize, n: i32, k: i32, transB: i32): void {
  packWhole<f32>(to, b, n, k, transB != 0, 0, panelsOf<f32>(n));
}
export function packB_f64(to: usize, b: usize, n: i32, k: i32, transB: i32): void {
  packWhole<f64>(to, b, n, k, transB != 0, 0, panelsOf<f64>(n));
}

/** As packB, only panels [first, first + count): so that threads can share the work. */
export function packBPanels_f32(
  to: usize,
  b: usize,
  n: i32,
  k: i32,
  transB: i32,
  first: i32,
  count: i32,
): void {
  packWhole<f32>(to, b, n, k, transB != 0, first, count);
}
export function packBPanels_f64(
  to: usize,
  b: usize,
  n: i32,
  k: i32,
  transB: i32,
  first: i32,
  count: i32,
): void {
  packWhole<f64>(to, b, n, k, transB != 0, first, count);
}
