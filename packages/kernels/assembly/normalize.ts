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
import { addToLanes, clearLanes, joinedLanes, LANE_SUM_BYTES, LANES } from './lane-sum';
import { scratch } from './scratch';
import { lanes, loadAsF64, loadUpTo, storePair, storeUpTo } from './vector';

/** Elements of a row that are looked at together; a multiple of the lanes. */
const CHUNK: i32 = 1024;
// Scratch behind the lanes: a weight and a bias that repeat, and pieces of up to two rows side by side.
const WEIGHT_AT: i32 = LANE_SUM_BYTES;
const BIAS_AT: i32 = WEIGHT_AT + 32;
const FIRST_AT: i32 = BIAS_AT + 32;
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

/** Two elements as f64, less the mean. */
// @ts-ignore: decorator
@inline
function distances<T>(x: usize, offset: i32, mean: v128): v128 {
  return f64x2.sub(loadAsF64<T>(elementAt<T>(x, offset)), mean);
}

/** Adds (x[i] - mean)^2 to the lanes, the first to lane 0: all but the last call of a row bring a multiple of 16. */
function addSquaredDistances<T>(sums: usize, x: usize, n: i32, mean: f64): void {
  const centre = f64x2.splat(mean);
  for (; n >= LANES; n -= LANES) {
    for (let i = 0; i < LANES; i += 4) {
      const first = distances<T>(x, i, centre);
      const second = distances<T>(x, i + 2, centre);
      const at = elementAt<f64>(sums, i);
      const high = f64x2.add(v128.load(at, 16), f64x2.mul(second, second));
      const low = f64x2.add(v128.load(at), f64x2.mul(first, first));
      storePair(at, low, high);
    }
    x = elementAt<T>(x, LANES);
  }
  for (; n > 0; n--) {
    const distance = <f64>load<T>(x) - mean;
    store<f64>(sums, load<f64>(sums) + distance * distance);
    sums += 8;
    x += sizeof<T>();
  }
}

/** Adds g[i] (x[i] - mean) to the lanes, likewise. */
function addWeighedDistances<T>(sums: usize, g: usize, x: usize, n: i32, mean: f64): void {
  const centre = f64x2.splat(mean);
  for (; n >= LANES; n -= LANES) {
    for (let i = 0; i < LANES; i += 4) {
      const first = f64x2.mul(loadAsF64<T>(elementAt<T>(g, i)), distances<T>(x, i, centre));
      const second = f64x2.mul(loadAsF64<T>(elementAt<T>(g, i + 2)), distances<T>(x, i + 2, centre));
      const at = elementAt<f64>(sums, i);
      const high = f64x2.add(v128.load(at, 16), second);
      const low = f64x2.add(v128.load(at), first);
      storePair(at, low, high);
    }
    g = elementAt<T>(g, LANES);
    x = elementAt<T>(x, LANES);
  }
  for (; n > 0; n--) {
    store<f64>(sums, load<f64>(sums) + <f64>load<T>(g) * (<f64>load<T>(x) - mean));
    sums += 8;
    g += sizeof<T>();
    x += sizeof<T>();
  }
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
      addSquaredDistances<T>(scratch, at, count, mean);
    }
    store<f64>(elementAt<f64>(out, r), mean);
    store<f64>(elementAt<f64>(out, rows + r), joinedLanes<f64>(scratch) / <f64>len);
  }
}

export function moments_f32(out: usize, x: usize, n: i32, rows: i32, plane: i32, centred: i32): void { moments<f32>(out, x, n, rows, plane, centred); }
export function moments_f64(out: usize, x: usize, n: i32, rows: i32, plane: i32, centred: i32): void { moments<f64>(out, x, n, rows, plane, centred); }

/** Two vectors of a number, for a loop that reads it over and over. */
// @ts-ignore: decorator
@inline
function repeat<T>(to: usize, value: T): usize {
  storePair(to, v128.splat<T>(value), v128.splat<T>(value));
  return to;
}

/**
 * ((x - high) - low) scale for n elements, times w plus b. The mean is high + low: in f32 its
 * rounding error would else be one of the results, however small they are beside it. Steps of 0 repeat
 * the first two vectors of w or b, steps of 32 move on.
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
  wStep: usize,
  bStep: usize,
): void {
  const high = v128.splat<T>(<T>mean);
  const low = v128.splat<T>(<T>(mean - <f64>(<T>mean)));
  const factor = v128.splat<T>(<T>scale);
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const first = v128.mul<T>(v128.sub<T>(v128.sub<T>(v128.load(x), high), low), factor);
    const second = v128.mul<T>(v128.sub<T>(v128.sub<T>(v128.load(x, 16), high), low), factor);
    const y = v128.add<T>(v128.mul<T>(first, v128.load(w)), v128.load(b));
    const next = v128.add<T>(v128.mul<T>(second, v128.load(w, 16)), v128.load(b, 16));
    storePair(out, y, next);
    x += 32;
    out += 32;
    w += wStep;
    b += bStep;
  }
  for (; n > 0; n -= lanes<T>()) {
    const distance = v128.sub<T>(v128.sub<T>(loadUpTo<T>(x, n), high), low);
    const y = v128.mul<T>(v128.mul<T>(distance, factor), loadUpTo<T>(w, n));
    storeUpTo<T>(out, v128.add<T>(y, loadUpTo<T>(b, n)), n);
    x += 16;
    out += 16;
    w += wStep >> 1;
    b += bStep >> 1;
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
  const wStep: usize = moving && w ? 32 : 0;
  const bStep: usize = moving && b ? 32 : 0;
  // What changes no bit of a product and of a sum.
  let weight = repeat<T>(scratch + WEIGHT_AT, 1);
  let shift = repeat<T>(scratch + BIAS_AT, -0.0);
  for (let i = 0; i < n; i++) {
    let channel = 0;
    for (let r = 0; r < rows; r++) {
      const mean = load<f64>(elementAt<f64>(moments, r));
      const scale = 1 / sqrt<f64>(load<f64>(elementAt<f64>(moments, rows + r)) + eps);
      for (let j = 0; j < plane; j += length) {
        if (wStep) weight = elementAt<T>(w, channel);
        else if (w) repeat<T>(weight, load<T>(elementAt<T>(w, channel)));
        if (bStep) shift = elementAt<T>(b, channel);
        else if (b) repeat<T>(shift, load<T>(elementAt<T>(b, channel)));
        normalizePiece<T>(out, x, length, mean, scale, weight, shift, wStep, bStep);
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
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const first = v128.mul<T>(v128.sub<T>(v128.sub<T>(v128.load(x), high), low), c);
    const second = v128.mul<T>(v128.sub<T>(v128.sub<T>(v128.load(x, 16), high), low), c);
    const y = v128.mul<T>(v128.sub<T>(v128.sub<T>(v128.load(g), a), first), s);
    const next = v128.mul<T>(v128.sub<T>(v128.sub<T>(v128.load(g, 16), a), second), s);
    storePair(out, y, next);
    x += 32;
    g += 32;
    out += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    const distance = v128.sub<T>(v128.sub<T>(loadUpTo<T>(x, n), high), low);
    const rest = v128.sub<T>(v128.sub<T>(loadUpTo<T>(g, n), a), v128.mul<T>(distance, c));
    storeUpTo<T>(out, v128.mul<T>(rest, s), n);
    x += 16;
    g += 16;
    out += 16;
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
      addWeighedDistances<T>(scratch, slopes, at, count, mean);
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
