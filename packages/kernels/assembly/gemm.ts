import { finishRegion } from './epilogue';
import { kBlock } from './k-blocks';
import { EDGE_BYTES, multiplyTile } from './multiply-tile';
import { packA } from './pack-a';
import { packPanels } from './pack-panels';
import { scratch } from './scratch';
import { ADD, STORE } from './tile-access';
import { PANEL, panelLanes, panelsOf, ROWS } from './tile-shape';

/** Rows of A packed at once: 128 KiB of f32, a part of the second-level cache. */
const ROWS_AT_ONCE: i32 = 128;
/** Panels of B packed at once: 1024 columns of f32. */
const PANELS_AT_ONCE: i32 = 64;
/**
 * Steps up to which the left operand's panels, not the right one's, are walked in the outer loop.
 */
const SHORT: i32 = 64;

/** The scratch region: a tile at an edge, then the packed part of A, then that of B. */
const A_BYTES: i32 = ROWS_AT_ONCE * 384 * 8;

/**
 * C[m, n] = act(op(A) op(B) + bias). `packed` holds the whole of op(B) as packB leaves it, or is 0:
 * then it is packed from `b`, a part at a time.
 */
function multiply<T>(
  c: usize,
  a: usize,
  b: usize,
  packed: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: bool,
  transB: bool,
  activation: i32,
): void {
  if (m <= 0 || n <= 0) return;
  const size = <i32>sizeof<T>();
  const ldc = <usize>n * size;
  const finish = bias != 0 || activation != 0;
  if (k <= 0) {
    memory.fill(c, 0, ldc * m);
    if (finish) finishRegion<T>(c, ldc, m, n, bias, activation);
    return;
  }
  const panels = panelsOf<T>(n);
  const block = kBlock(k);
  const packedA = scratch + EDGE_BYTES;
  const packedB = packedA + A_BYTES;
  for (let j = 0; j < panels; j += PANELS_AT_ONCE) {
    const count = min(PANELS_AT_ONCE, panels - j);
    const j0 = j * panelLanes<T>();
    const columns = min(n - j0, count * panelLanes<T>());
    for (let p0 = 0; p0 < k; p0 += block) {
      const kc = min(block, k - p0);
      let right = packedB;
      if (packed) right = packed + (<usize>p0 * panels + <usize>j * kc) * PANEL;
      else packPanels<T>(packedB, b, transB ? k : n, transB, n, j, count, p0, kc);
      const last = finish && p0 + kc == k;
      for (let i0 = 0; i0 < m; i0 += ROWS_AT_ONCE) {
        const rows = min(ROWS_AT_ONCE, m - i0);
        packA<T>(packedA, a, transA ? m : k, transA, i0, rows, p0, kc);
        const region = c + (<usize>i0 * n + j0) * size;
        multiplyBlock<T>(region, ldc, packedA, right, rows, columns, kc, p0 ? ADD : STORE);
        if (last)
          finishRegion<T>(region, ldc, rows, columns, bias ? bias + j0 * size : 0, activation);
      }
    }
  }
}

/** A block of rows times a block of panels; the order of the tiles is free. */
function multiplyBlock<T>(
  c: usize,
  ldc: usize,
  a: usize,
  b: usize,
  m: i32,
  n: i32,
  kc: i32,
  mode: i32,
): void {
  const size = <i32>sizeof<T>();
  const lanes = panelLanes<T>();
  const aStep = kc * ROWS * size;
  const bStep = kc * PANEL;
  if (kc <= SHORT) {
    for (let i = 0; i < m; i += ROWS) {
      let right = b;
      for (let j = 0; j < n; j += lanes) {
        multiplyTile<T>(c + j * size, ldc, a, right, m - i, (n - j) * size, kc, mode);
        right += bStep;
      }
      a += aStep;
      c += ldc * ROWS;
    }
  } else {
    for (let j = 0; j < n; j += lanes) {
      let left = a;
      let to = c;
      for (let i = 0; i < m; i += ROWS) {
        multiplyTile<T>(to, ldc, left, b, m - i, (n - j) * size, kc, mode);
        left += aStep;
        to += ldc * ROWS;
      }
      b += bStep;
      c += PANEL;
    }
  }
}

/**
 * C[m, n] = act(op(A) op(B) + bias[n]); A is [m, k] or (transA) [k, m], B is [k, n] or (transB) [n,
 * k]; `bias` may be 0. activation: 0 none, 1 relu, 2 sigmoid, 3 tanh.
 */
export function gemm_f32(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: i32,
  transB: i32,
  activation: i32,
): void {
  multiply<f32>(c, a, b, 0, bias, m, n, k, transA != 0, transB != 0, activation);
}
export function gemm_f64(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: i32,
  transB: i32,
  activation: i32,
): void {
  multiply<f64>(c, a, b, 0, bias, m, n, k, transA != 0, transB != 0, activation);
}

/** As gemm, with B as packB left it: the same bits. */
export function gemmPacked_f32(
  c: usize,
  a: usize,
  packed: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: i32,
  activation: i32,
): void {
  multiply<f32>(c, a, 0, packed, bias, m, n, k, transA != 0, false, activation);
}
export function gemmPacked_f64(
  c: usize,
  a: usize,
  packed: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: i32,
  activation: i32,
): void {
  multiply<f64>(c, a, 0, packed, bias, m, n, k, transA != 0, false, activation);
}
