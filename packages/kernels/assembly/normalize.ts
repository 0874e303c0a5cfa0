/**
 * Normalisation: the elements that are normalised together are a *row* of x seen as [n, rows, plane], the
 * elements [.., row, ..] in ascending order: n = 1 for layers and groups, whose rows lie in one
 * piece; for batch norm a row is a channel.
 *
 * `moments_dtype(moments, x, n, rows, plane, centred)` writes the means of the rows and then their mean
 * squared distances from it (biased variances), f64. Not centred: zeros, and mean squares.
 *
 * `normalize_dtype(out, x, moments, w, b, n, rows, plane, channels, part, eps)`: y = (x - mean) / sqrt(variance + eps),
 * times w plus b unless those are 0. With part = 0 weights belong to rows; else a row consists of parts of so
 * many elements, each with a weight, of which there are `channels` in all, over and over.
 *
 * `normalizeGrad_dtype(out, g, x, moments, n, rows, plane, centred, eps)`: the product of g with the Jacobian
 * of normalize without weights: r (g - mean g - y mean(g y)), r = 1 / sqrt(variance + eps); not centred without
 * the mean of g.
 *
 * Sums are those of `lane-sum.ts` in f64.
 */
import { elementAt } from './broadcast';
import { copyRow } from './copy-row';
import { addToLanes, clearLanes, joinedLanes, LANE_SUM_BYTES } from './lane-sum';
import { scratch } from './scratch';
import { lanes, loadAsF64, loadUpTo, storeUpTo } from './vector';

/** Elements of a row that are looked at together; a multiple of the lanes. */
const CHUNK: i32 = 1024;
// Scratch behind the lanes: terms of a sum, and pieces of up to two rows side by side.
const TERMS_AT: i32 = LANE_SUM_BYTES;
const FIRST_AT: i32 = TERMS_AT + CHUNK * 8;
const SECOND_AT: i32 = FIRST_AT + CHUNK * 8;

/**
 * The address of elements [from, from + count) of a row, side by side: where they are if the row is
 * in one piece, else a copy at `room`. `step` is the distance of its pieces.
 */
function piece<T>(room: usize, row: usize, from: i32, count: i32, whole: bool, plane: i32, step: i32): usize {
  if (whole) return elementAt<T>(row, from);
  let segment = from / plane;
  let offset = from % plane;
  let to = room;
  while (count > 0) {
    const taken = min(plane - offset, count);
    copyRow<T>(to, row + (<usize>segment * step + offset) * sizeof<T>(), taken);
    to = elementAt<T>(to, taken);
    count -= taken;
    offset = 0;
    segment++;
  }
  return room;
}

/** terms[i] = (x[i] - mean)^2 */
function squaredDistances<T>(terms: usize, x: usize, n: i32, mean: f64): void {
  const centre = f64x2.splat(mean);
  for (; n >= 2; n -= 2) {
    const distance = f64x2.sub(loadAsF64<T>(x), centre);
    v128.store(terms, f64x2.mul(distance, distance));
    terms += 16;
    x = elementAt<T>(x, 2);
  }
  if (n > 0) {
    const distance = <f64>load<T>(x) - mean;
    store<f64>(terms, distance * distance);
  }
}

/** terms[i] = g[i] (x[i] - mean) */
function weighedDistances<T>(terms: usize, g: usize, x: usize, n: i32, mean: f64): void {
  const centre = f64x2.splat(mean);
  for (; n >= 2; n -= 2) {
    v128.store(terms, f64x2.mul(loadAsF64<T>(g), f64x2.sub(loadAsF64<T>(x), centre)));
    terms += 16;
    g = elementAt<T>(g, 2);
    x = elementAt<T>(x, 2);
  }
  if (n > 0) store<f64>(terms, <f64>load<T>(g) * (<f64>load<T>(x) - mean));
}

/** The mean of a row. */
function meanOfRow<T>(row: usize, len: i32, whole: bool, plane: i32, step: i32): f64 {
  clearLanes<f64>(scratch);
  for (let from = 0; from < len; from += CHUNK) {
    const count = min(CHUNK, len - from);
    addToLanes<f64, T>(scratch, piece<T>(scratch + FIRST_AT, row, from, count, whole, plane, step), count);
  }
  return joinedLanes<f64>(scratch) / <f64>len;
}

// @ts-ignore: decorator
@inline
function moments<T>(out: usize, x: usize, n: i32, rows: i32, plane: i32, centred: i32): void {
  const len = n * plane;
  const step = rows * plane;
  const whole = n == 1;
  for (let r = 0; r < rows; r++) {
    const row = x + <usize>r * plane * sizeof<T>();
    const mean: f64 = centred ? meanOfRow<T>(row, len, whole, plane, step) : 0;
    clearLanes<f64>(scratch);
    for (let from = 0; from < len; from += CHUNK) {
      const count = min(CHUNK, len - from);
      const at = piece<T>(scratch + FIRST_AT, row, from, count, whole, plane, step);
      squaredDistances<T>(scratch + TERMS_AT, at, count, mean);
      addToLanes<f64, f64>(scratch, scratch + TERMS_AT, count);
    }
    store<f64>(elementAt<f64>(out, r), mean);
    store<f64>(elementAt<f64>(out, rows + r), joinedLanes<f64>(scratch) / <f64>len);
  }
}

export function moments_f32(out: usize, x: usize, n: i32, rows: i32, plane: i32, centred: i32): void { moments<f32>(out, x, n, rows, plane, centred); }
export function moments_f64(out: usize, x: usize, n: i32, rows: i32, plane: i32, centred: i32): void { moments<f64>(out, x, n, rows, plane, centred); }

/**
 * ((x - high) - low) scale for n elements, times w plus b. The mean is high + low: in f32 its
 * rounding error would else be one of the results, however small they are beside it. Weights move
 * along with the elements, or repeat one.
 */
// @ts-ignore: decorator
@inline
function normalizePiece<T>(
  out: usize,
  x: usize,
  n: i32,
  mean: f64,
  scale: f64,
  w: usize,
  b: usize,
  moving: bool,
): void {
  const high = v128.splat<T>(<T>mean);
  const low = v128.splat<T>(<T>(mean - <f64>(<T>mean)));
  const factor = v128.splat<T>(<T>scale);
  const sameW = w && !moving ? v128.splat<T>(load<T>(w)) : i64x2.splat(0);
  const sameB = b && !moving ? v128.splat<T>(load<T>(b)) : i64x2.splat(0);
  for (let j = 0; j < n; j += lanes<T>()) {
    const at = elementAt<T>(0, j);
    const distance = v128.sub<T>(v128.sub<T>(loadUpTo<T>(x + at, n - j), high), low);
    let y = v128.mul<T>(distance, factor);
    if (w) y = v128.mul<T>(y, moving ? loadUpTo<T>(w + at, n - j) : sameW);
    if (b) y = v128.add<T>(y, moving ? loadUpTo<T>(b + at, n - j) : sameB);
    storeUpTo<T>(out + at, y, n - j);
  }
}

// @ts-ignore: decorator
@inline
function normalize<T>(
  out: usize,
  x: usize,
  moments: usize,
  w: usize,
  b: usize,
  n: i32,
  rows: i32,
  plane: i32,
  channels: i32,
  part: i32,
  eps: f64,
): void {
  // A part of one element: the row itself runs along the weights.
  const moving = part == 1;
  const length = part > 1 ? part : plane;
  for (let i = 0; i < n; i++) {
    let channel = 0;
    for (let r = 0; r < rows; r++) {
      const mean = load<f64>(elementAt<f64>(moments, r));
      const scale = 1 / sqrt<f64>(load<f64>(elementAt<f64>(moments, rows + r)) + eps);
      for (let j = 0; j < plane; j += length) {
        const weight = w ? elementAt<T>(w, channel) : 0;
        const shift = b ? elementAt<T>(b, channel) : 0;
        normalizePiece<T>(out, x, length, mean, scale, weight, shift, moving);
        x = elementAt<T>(x, length);
        out = elementAt<T>(out, length);
        channel += moving ? length : 1;
        if (channel >= channels) channel = 0;
      }
    }
  }
}

export function normalize_f32(out: usize, x: usize, moments: usize, w: usize, b: usize, n: i32, rows: i32, plane: i32, channels: i32, part: i32, eps: f64): void {
  normalize<f32>(out, x, moments, w, b, n, rows, plane, channels, part, eps);
}
export function normalize_f64(out: usize, x: usize, moments: usize, w: usize, b: usize, n: i32, rows: i32, plane: i32, channels: i32, part: i32, eps: f64): void {
  normalize<f64>(out, x, moments, w, b, n, rows, plane, channels, part, eps);
}

/** scale (g - shift - (x - mean) slope) */
// @ts-ignore: decorator
@inline
function projectPiece<T>(out: usize, g: usize, x: usize, n: i32, mean: f64, scale: f64, shift: f64, slope: f64): void {
  const high = v128.splat<T>(<T>mean);
  const low = v128.splat<T>(<T>(mean - <f64>(<T>mean)));
  const s = v128.splat<T>(<T>scale);
  const a = v128.splat<T>(<T>shift);
  const c = v128.splat<T>(<T>slope);
  for (let j = 0; j < n; j += lanes<T>()) {
    const at = elementAt<T>(0, j);
    const distance = v128.sub<T>(v128.sub<T>(loadUpTo<T>(x + at, n - j), high), low);
    const rest = v128.sub<T>(v128.sub<T>(loadUpTo<T>(g + at, n - j), a), v128.mul<T>(distance, c));
    storeUpTo<T>(out + at, v128.mul<T>(rest, s), n - j);
  }
}

// @ts-ignore: decorator
@inline
function normalizeGrad<T>(
  out: usize,
  g: usize,
  x: usize,
  moments: usize,
  n: i32,
  rows: i32,
  plane: i32,
  centred: i32,
  eps: f64,
): void {
  const len = n * plane;
  const step = rows * plane;
  const whole = n == 1;
  for (let r = 0; r < rows; r++) {
    const offset = <usize>r * plane * sizeof<T>();
    const mean = load<f64>(elementAt<f64>(moments, r));
    const scale = 1 / sqrt<f64>(load<f64>(elementAt<f64>(moments, rows + r)) + eps);
    const shift: f64 = centred ? meanOfRow<T>(g + offset, len, whole, plane, step) : 0;
    clearLanes<f64>(scratch);
    for (let from = 0; from < len; from += CHUNK) {
      const count = min(CHUNK, len - from);
      const slopes = piece<T>(scratch + FIRST_AT, g + offset, from, count, whole, plane, step);
      const at = piece<T>(scratch + SECOND_AT, x + offset, from, count, whole, plane, step);
      weighedDistances<T>(scratch + TERMS_AT, slopes, at, count, mean);
      addToLanes<f64, f64>(scratch, scratch + TERMS_AT, count);
    }
    const slope = (joinedLanes<f64>(scratch) / <f64>len) * scale * scale;
    for (let i = 0; i < n; i++) {
      const at = offset + <usize>i * step * sizeof<T>();
      projectPiece<T>(out + at, g + at, x + at, plane, mean, scale, shift, slope);
    }
  }
}

export function normalizeGrad_f32(out: usize, g: usize, x: usize, moments: usize, n: i32, rows: i32, plane: i32, centred: i32, eps: f64): void {
  normalizeGrad<f32>(out, g, x, moments, n, rows, plane, centred, eps);
}
export function normalizeGrad_f64(out: usize, g: usize, x: usize, moments: usize, n: i32, rows: i32, plane: i32, centred: i32, eps: f64): void {
  normalizeGrad<f64>(out, g, x, moments, n, rows, plane, centred, eps);
}
