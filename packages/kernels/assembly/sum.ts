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

/** out[i] = sum over j of x[j, i], x being [len, inner] */
function sumColumns<T>(out: usize, x: usize, len: i32, inner: i32): void {
  const sums = scratch;
  for (let first = 0; first < inner; first += COLUMNS) {
    const width = min(COLUMNS, inner - first);
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
    memory.copy(elementAt<T>(out, first), sums, lane);
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
