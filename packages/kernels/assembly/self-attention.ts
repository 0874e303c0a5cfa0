/**
 * Attention of positions to those of the same sequence, by several heads at once, on the joined projections
 * x [batch, length, 3, heads, size]: queries, keys and values beside one another. Each head is read and written
 * where it lies, its matrices stay in the first caches, and with `causal` what no query sees is not computed.
 *
 * The bits are those of the ops one by one (scores gemm(scale q, kT), softmax or causalSoftmax, gemm with v, and their
 * gradients), for finite numbers: every sum runs in the same order, and what is left out of it is 0.
 * `length` and `size` are at most MOST_POSITIONS and MOST_FEATURES, so that products are one block along k.
 */
import { elementAt } from './broadcast';
import { LONGEST } from './k-blocks';
import { LANES } from './lane-sum';
import { multiplyTile } from './multiply-tile';
import { packA } from './pack-a';
import { packPanels } from './pack-panels';
import { scratch } from './scratch';
import { softmaxGradRow, softmaxRoomyRow } from './softmax-row';
import { STORE } from './tile-access';
import { PANEL, panelLanes, panelsOf, ROWS } from './tile-shape';
import { lanes, loadUpTo, storePair, storeUpTo } from './vector';

/**
 * What the scratch region holds the matrices of, and sums stay within a block along k; self-attention.ts in core
 * asks for no more.
 */
const MOST_POSITIONS: i32 = LONGEST;
const MOST_FEATURES: i32 = 128;

// Scratch: the edge of a tile and the sums of a row, the packed rows of a left operand, then right operands.
const LEFT_AT: i32 = 16 * 1024;
const LEFT_BYTES: i32 = ROWS * MOST_POSITIONS * 8;
const RIGHT_AT: i32 = LEFT_AT + LEFT_BYTES;
const RIGHT_BYTES: i32 = MOST_POSITIONS * MOST_FEATURES * 8;
const SQUARE_AT: i32 = RIGHT_AT + 3 * RIGHT_BYTES;

/** The columns of the panels that hold n columns. */
// @ts-ignore: decorator
@inline
function wholePanels<T>(n: i32): i32 {
  return panelsOf<T>(n) * panelLanes<T>();
}

/** to[i, j] = x[i, j] factor for a matrix with rows `stride` elements apart; `to` is contiguous. */
function scaleMatrix<T>(to: usize, x: usize, stride: i32, rows: i32, columns: i32, factor: T): void {
  for (let i = 0; i < rows; ++i) {
    scaleRow<T>(elementAt<T>(to, i * columns), elementAt<T>(x, i * stride), columns, factor);
  }
}

// @ts-ignore: decorator
@inline
function scaleRow<T>(to: usize, x: usize, n: i32, factor: T): void {
  const by = v128.splat<T>(factor);
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const first = v128.mul<T>(v128.load(x), by);
    const second = v128.mul<T>(v128.load(x, 16), by);
    storePair(to, first, second);
    x += 32;
    to += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(to, v128.mul<T>(loadUpTo<T>(x, n), by), n);
    x += 16;
    to += 16;
  }
}

/** All of op(B) as panels, whose rows (or, transposed, columns) lie `stride` elements apart. */
// @ts-ignore: decorator
@inline
function packRight<T>(to: usize, b: usize, stride: i32, transB: bool, n: i32, k: i32): void {
  packPanels<T>(to, b, stride, transB, n, 0, panelsOf<T>(n), 0, k);
}

/**
 * A strip of four rows of C: the packed rows `left` times panels of `steps` steps each, of which those from
 * `first` on, `kc` of them, count. The strip has `rows` rows and n columns.
 */
// @ts-ignore: decorator
@inline
function multiplyStrip<T>(
  c: usize,
  ldc: usize,
  left: usize,
  right: usize,
  rows: i32,
  n: i32,
  steps: i32,
  first: i32,
  kc: i32,
): void {
  const size = <i32>sizeof<T>();
  right += first * PANEL;
  for (let j = 0; j < n; j += panelLanes<T>()) {
    multiplyTile<T>(c + j * size, ldc, left, right, rows, (n - j) * size, kc, STORE);
    right += steps * PANEL;
  }
}

/** Where head `index` of all sequences begins in rows of `ld` elements. */
// @ts-ignore: decorator
@inline
function headOf<T>(x: usize, index: i32, length: i32, ld: i32, heads: i32, size: i32): usize {
  return elementAt<T>(x, (index / heads) * length * ld + (index % heads) * size);
}

/** Elements of a row of weights or scores: whole panels, and a multiple of the lanes of a sum. */
// @ts-ignore: decorator
@inline
function weightColumns(length: i32): i32 {
  return (length + LANES - 1) & ~(LANES - 1);
}

/** Zeros behind the `seen` elements of a row, up to `end`. */
// @ts-ignore: decorator
@inline
function clearBehind<T>(row: usize, seen: i32, end: i32): void {
  for (let j = seen; j < end; ++j) store<T>(elementAt<T>(row, j), 0);
}

// @ts-ignore: decorator
@inline
function selfAttention<T>(
  out: usize,
  weights: usize,
  x: usize,
  batch: i32,
  length: i32,
  heads: i32,
  size: i32,
  scale: f64,
  causal: i32,
): void {
  const features = heads * size;
  const ld = 3 * features;
  const rowBytes = <usize>features * sizeof<T>();
  const left = scratch + LEFT_AT;
  const keys = scratch + RIGHT_AT;
  const values = keys + RIGHT_BYTES;
  const queries = values + RIGHT_BYTES;
  const scores = scratch + SQUARE_AT;
  const columns = weightColumns(length);
  const scoreRow = columns * <i32>sizeof<T>();
  for (let head = 0; head < batch * heads; ++head) {
    const q = headOf<T>(x, head, length, ld, heads, size);
    const k = elementAt<T>(q, features);
    const v = elementAt<T>(k, features);
    let to = headOf<T>(out, head, length, features, heads, size);
    scaleMatrix<T>(queries, q, ld, length, size, <T>scale);
    packRight<T>(keys, k, ld, true, length, size);
    packRight<T>(values, v, ld, false, size, length);
    for (let i = 0; i < length; i += ROWS) {
      const rows = min(ROWS, length - i);
      const end = causal ? i + rows : length;
      packA<T>(left, queries, size, false, i, rows, 0, size);
      multiplyStrip<T>(scores, scoreRow, left, keys, ROWS, wholePanels<T>(end), size, 0, size);
      for (let r = 0; r < rows; ++r) {
        const seen = causal ? i + r + 1 : length;
        const row = scores + r * scoreRow;
        softmaxRoomyRow<T>(weights + (i + r) * scoreRow, row, seen);
      }
      packA<T>(left, weights, columns, false, i, rows, 0, end);
      multiplyStrip<T>(to, rowBytes, left, values, rows, size, length, 0, end);
      to += ROWS * rowBytes;
    }
    weights = elementAt<T>(weights, length * columns);
  }
}

/**
 * `selfAttention_dtype(out, weights, x, batch, length, heads, size, scale, causal)`: out [batch, length, heads,
 * size]. `weights` [batch, heads, length, length up to a multiple of 16] is for the gradient alone: what
 * a causal query does not see is 0 or left as it was.
 */
export function selfAttention_f32(out: usize, weights: usize, x: usize, batch: i32, length: i32, heads: i32, size: i32, scale: f64, causal: i32): void {
  selfAttention<f32>(out, weights, x, batch, length, heads, size, scale, causal);
}
export function selfAttention_f64(out: usize, weights: usize, x: usize, batch: i32, length: i32, heads: i32, size: i32, scale: f64, causal: i32): void {
  selfAttention<f64>(out, weights, x, batch, length, heads, size, scale, causal);
}

// @ts-ignore: decorator
@inline
function selfAttentionGrad<T>(
  out: usize,
  g: usize,
  weights: usize,
  x: usize,
  batch: i32,
  length: i32,
  heads: i32,
  size: i32,
  scale: f64,
  causal: i32,
): void {
  const features = heads * size;
  const ld = 3 * features;
  const rowBytes = <usize>ld * sizeof<T>();
  const left = scratch + LEFT_AT;
  const first = scratch + RIGHT_AT;
  const second = first + RIGHT_BYTES;
  const queries = second + RIGHT_BYTES;
  const square = scratch + SQUARE_AT;
  const columns = weightColumns(length);
  const squareRow = columns * <i32>sizeof<T>();
  for (let head = 0; head < batch * heads; ++head) {
    const q = headOf<T>(x, head, length, ld, heads, size);
    const k = elementAt<T>(q, features);
    const v = elementAt<T>(k, features);
    const slope = headOf<T>(g, head, length, features, heads, size);
    let toQ = headOf<T>(out, head, length, ld, heads, size);
    let toK = elementAt<T>(toQ, features);
    let toV = elementAt<T>(toK, features);

    // The gradients of scores, row by row, and with them those of the queries.
    packRight<T>(first, v, ld, true, length, size);
    packRight<T>(second, k, ld, false, size, length);
    for (let i = 0; i < length; i += ROWS) {
      const rows = min(ROWS, length - i);
      const end = causal ? i + rows : length;
      const strip = square + i * squareRow;
      packA<T>(left, slope, features, false, i, rows, 0, size);
      multiplyStrip<T>(strip, squareRow, left, first, ROWS, wholePanels<T>(end), size, 0, size);
      for (let r = 0; r < rows; ++r) {
        const seen = causal ? i + r + 1 : length;
        const row = strip + r * squareRow;
        const whole = weightColumns(seen);
        // Half of the lanes may lie behind the last panel, where the product with a weight of 0 might be no number.
        if (sizeof<T>() == 8) clearBehind<T>(row, seen, whole);
        softmaxGradRow<T>(row, row, weights + (i + r) * squareRow, whole);
      }
      packA<T>(left, square, columns, false, i, rows, 0, end);
      multiplyStrip<T>(toQ, rowBytes, left, second, rows, size, length, 0, end);
      for (let r = 0; r < rows; ++r) {
        scaleRow<T>(toQ, toQ, size, <T>scale);
        toQ += rowBytes;
      }
    }

    // Those of keys and values, which sum over the queries that saw them.
    scaleMatrix<T>(queries, q, ld, length, size, <T>scale);
    packRight<T>(first, queries, size, false, size, length);
    packRight<T>(second, slope, features, false, size, length);
    for (let j = 0; j < length; j += ROWS) {
      const rows = min(ROWS, length - j);
      const from = causal ? j : 0;
      packA<T>(left, square, columns, true, j, rows, from, length - from);
      multiplyStrip<T>(toK, rowBytes, left, first, rows, size, length, from, length - from);
      packA<T>(left, weights, columns, true, j, rows, from, length - from);
      multiplyStrip<T>(toV, rowBytes, left, second, rows, size, length, from, length - from);
      toK += ROWS * rowBytes;
      toV += ROWS * rowBytes;
    }
    weights = elementAt<T>(weights, length * columns);
  }
}

/**
 * `selfAttentionGrad_dtype(out, g, weights, x, batch, length, heads, size, scale, causal)`: the gradient of x by g, that
 * of the result, and the weights that `selfAttention` left.
 */
export function selfAttentionGrad_f32(out: usize, g: usize, weights: usize, x: usize, batch: i32, length: i32, heads: i32, size: i32, scale: f64, causal: i32): void {
  selfAttentionGrad<f32>(out, g, weights, x, batch, length, heads, size, scale, causal);
}
export function selfAttentionGrad_f64(out: usize, g: usize, weights: usize, x: usize, batch: i32, length: i32, heads: i32, size: i32, scale: f64, causal: i32): void {
  selfAttentionGrad<f64>(out, g, weights, x, batch, length, heads, size, scale, causal);
}
