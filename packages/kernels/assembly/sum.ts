/**
 * Sums and means along an axis: `name_dtype(out, x, outer, len, inner)`, x seen as [outer, len, inner], out
 * [outer, inner]. The order of additions is that of `lane-sum.ts` for every shape. The sum of nothing is
 * 0, its mean NaN; i32 wraps.
 */
import { elementAt } from './broadcast';
import { copyRow } from './copy-row';
import {
  addInto,
  addToLanes,
  clearLanes,
  joinedLanes,
  joinLanes,
  LANE_SUM_BYTES,
  LANES,
  laneSum,
} from './lane-sum';
import { scratch } from './scratch';

/** How many columns are summed at a time: 16 lanes of them stay in the first-level cache. */
const COLUMNS = 256;

/** scratch[i] = sum over j of x[j, first + i] for i < width, x being [len, inner] */
function sumSomeColumns<T>(x: usize, len: i32, inner: i32, first: i32, width: i32): void {
  const sums = scratch;
  const lane = width * <i32>sizeof<T>();
  memory.fill(sums, 0, LANES * lane);
  if (width == inner) {
    // sixteen rows lie just as the lanes do
    for (let j = 0; j < len; j += LANES) {
      addInto<T>(sums, elementAt<T>(x, j * inner), min(LANES, len - j) * width);
    }
  } else {
    for (let j = 0; j < len; j++) {
      addInto<T>(sums + (j & (LANES - 1)) * lane, elementAt<T>(x, j * inner + first), width);
    }
  }
  joinLanes<T>(sums, width);
}

/** out[i] = sum over j of x[j, i], x being [len, inner] */
function sumColumns<T>(out: usize, x: usize, len: i32, inner: i32): void {
  for (let first = 0; first < inner; first += COLUMNS) {
    const width = min(COLUMNS, inner - first);
    sumSomeColumns<T>(x, len, inner, first, width);
    memory.copy(elementAt<T>(out, first), scratch, width * <i32>sizeof<T>());
  }
}

// @ts-ignore: decorator
@inline
function sum<T>(out: usize, x: usize, outer: i32, len: i32, inner: i32): void {
  for (let i = 0; i < outer; i++) {
    if (inner == 1) store<T>(out, laneSum<T, T>(x, len));
    else sumColumns<T>(out, x, len, inner);
    x = elementAt<T>(x, len * inner);
    out = elementAt<T>(out, inner);
  }
}

export function sum_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { sum<f32>(out, x, outer, len, inner); }
export function sum_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { sum<f64>(out, x, outer, len, inner); }
export function sum_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { sum<i32>(out, x, outer, len, inner); }

// @ts-ignore: decorator
@inline
function mean<T>(out: usize, x: usize, outer: i32, len: i32, inner: i32): void {
  sum<T>(out, x, outer, len, inner);
  for (let i = 0; i < outer * inner; i++) {
    store<T>(out, load<T>(out) / <T>len);
    out += sizeof<T>();
  }
}

export function mean_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { mean<f32>(out, x, outer, len, inner); }
export function mean_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { mean<f64>(out, x, outer, len, inner); }

/**
 * `sumChannels_dtype(out, x, n, c, plane)`: x [n, c, plane] -> out [c], each channel summed over n and plane in
 * that order, with the bits of a permutation to [c, n, plane] and a sum. A plane's last elements, fewer
 * than 16, wait in `rest` for the next plane to fill the lanes.
 */
// @ts-ignore: decorator
@inline
function sumChannels<T>(out: usize, x: usize, n: i32, c: i32, plane: i32): void {
  if (plane == 1) {
    sum<T>(out, x, 1, n, c);
    return;
  }
  const sums = scratch;
  const rest = scratch + (LANE_SUM_BYTES >> 1);
  for (let channel = 0; channel < c; channel++) {
    clearLanes<T>(sums);
    let waiting = 0;
    for (let i = 0; i < n; i++) {
      let from = elementAt<T>(x, (i * c + channel) * plane);
      let left = plane;
      if (waiting > 0) {
        const taken = min(LANES - waiting, left);
        copyRow<T>(elementAt<T>(rest, waiting), from, taken);
        from = elementAt<T>(from, taken);
        left -= taken;
        waiting += taken;
        if (waiting == LANES) {
          addInto<T>(sums, rest, LANES);
          waiting = 0;
        }
      }
      const whole = left & ~(LANES - 1);
      addToLanes<T, T>(sums, from, whole);
      if (left > whole) {
        waiting = left - whole;
        copyRow<T>(rest, elementAt<T>(from, whole), waiting);
      }
    }
    addInto<T>(sums, rest, waiting);
    store<T>(out, joinedLanes<T>(sums));
    out += sizeof<T>();
  }
}

export function sumChannels_f32(out: usize, x: usize, n: i32, c: i32, plane: i32): void { sumChannels<f32>(out, x, n, c, plane); }
export function sumChannels_f64(out: usize, x: usize, n: i32, c: i32, plane: i32): void { sumChannels<f64>(out, x, n, c, plane); }

/** Where sums of parts wait for their right neighbours, one a level of the tree: behind the lanes. */
const WAITING: i32 = LANES * COLUMNS * 8;
const LEVEL: i32 = COLUMNS * 8;

/**
 * `sumParts_dtype(out, x, ends, parts, inner)`: x [rows, inner] -> out [inner]. Part q holds the rows from
 * ends[q - 1] (or 0) to ends[q], i32; each is summed as `sum` does, and the sums are joined by the binary
 * tree over parts. No part is empty.
 */
// @ts-ignore: decorator
@inline
function sumParts<T>(out: usize, x: usize, ends: usize, parts: i32, inner: i32): void {
  const final = parts - 1;
  for (let first = 0; first < inner; first += COLUMNS) {
    const width = min(COLUMNS, inner - first);
    let begin = 0;
    for (let part = 0; part < parts; ++part) {
      const end = load<i32>(elementAt<i32>(ends, part));
      sumSomeColumns<T>(elementAt<T>(x, begin * inner), end - begin, inner, first, width);
      begin = end;
      // The bits of `part` say on which levels a sum waits; behind the last one all that wait are joined.
      let level = scratch + WAITING;
      for (let rest = part; rest != 0 && (part == final || rest & 1); rest >>= 1) {
        if (rest & 1) {
          addInto<T>(level, scratch, width);
          memory.copy(scratch, level, width * <i32>sizeof<T>());
        }
        level += LEVEL;
      }
      const to = part == final ? elementAt<T>(out, first) : level;
      memory.copy(to, scratch, width * <i32>sizeof<T>());
    }
  }
}

export function sumParts_f32(out: usize, x: usize, ends: usize, parts: i32, inner: i32): void { sumParts<f32>(out, x, ends, parts, inner); }
export function sumParts_f64(out: usize, x: usize, ends: usize, parts: i32, inner: i32): void { sumParts<f64>(out, x, ends, parts, inner); }
