/**
 * Largest and smallest along an axis: `max`, `min` (out of the dtype) and `argmax`, `argmin` (out i32, the
 * first index on ties), `name_dtype(out, x, outer, len, inner)`, x seen as [outer, len, inner], out
 * [outer, inner], len at least 1. A NaN wins, as in PyTorch.
 */
import { elementAt } from './broadcast';
import { extremumOfRow, Larger, Smaller } from './row-extremum';
import { lanes, loadUpTo, storeUpTo } from './vector';

/** out[i] = which(out[i], x[i]) */
function combineRow<T, Which>(out: usize, x: usize, n: i32): void {
  const which = changetype<Which>(0);
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(out, which.of<T>(loadUpTo<T>(out, n), loadUpTo<T>(x, n)), n);
    out += 16;
    x += 16;
  }
}

function extremum<T, Which>(out: usize, x: usize, outer: i32, len: i32, inner: i32): void {
  for (let i = 0; i < outer; i++) {
    if (inner == 1) {
      store<T>(out, extremumOfRow<T, Which>(x, len));
    } else {
      memory.copy(out, x, <usize>inner << alignof<T>());
      for (let j = 1; j < len; j++) {
        combineRow<T, Which>(out, elementAt<T>(x, j * inner), inner);
      }
    }
    x = elementAt<T>(x, len * inner);
    out = elementAt<T>(out, inner);
  }
}

/** Whether `value` takes the place of `best`, before it in the row. */
// @ts-ignore: decorator
@inline
function wins<T, Which>(value: T, best: T): bool {
  return changetype<Which>(0).beats<T>(value, best) || (value != value && best == best);
}

/** The first index at which a contiguous row is extreme. */
// @ts-ignore: decorator
@inline
function indexInRow<T, Which>(x: usize, n: i32): i32 {
  let index = 0;
  let best = load<T>(x);
  for (let j = 1; j < n; j++) {
    const value = load<T>(elementAt<T>(x, j));
    if (wins<T, Which>(value, best)) {
      best = value;
      index = j;
    }
  }
  return index;
}

/** Writes to the i32 out[i] the first j at which x[j, i] is extreme. */
function indexOfExtremum<T, Which>(out: usize, x: usize, outer: i32, len: i32, inner: i32): void {
  for (let i = 0; i < outer; i++) {
    if (inner == 1) {
      store<i32>(out, indexInRow<T, Which>(x, len));
    } else {
      memory.fill(out, 0, <usize>inner << 2);
      for (let j = 1; j < len; j++) {
        for (let k = 0; k < inner; k++) {
          const index = elementAt<i32>(out, k);
          const best = load<T>(elementAt<T>(x, load<i32>(index) * inner + k));
          const value = load<T>(elementAt<T>(x, j * inner + k));
          if (wins<T, Which>(value, best)) store<i32>(index, j);
        }
      }
    }
    x = elementAt<T>(x, len * inner);
    out = elementAt<i32>(out, inner);
  }
}

export function max_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { extremum<f32, Larger>(out, x, outer, len, inner); }
export function max_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { extremum<f64, Larger>(out, x, outer, len, inner); }
export function max_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { extremum<i32, Larger>(out, x, outer, len, inner); }
export function min_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { extremum<f32, Smaller>(out, x, outer, len, inner); }
export function min_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { extremum<f64, Smaller>(out, x, outer, len, inner); }
export function min_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { extremum<i32, Smaller>(out, x, outer, len, inner); }
export function argmax_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { indexOfExtremum<f32, Larger>(out, x, outer, len, inner); }
export function argmax_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { indexOfExtremum<f64, Larger>(out, x, outer, len, inner); }
export function argmax_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { indexOfExtremum<i32, Larger>(out, x, outer, len, inner); }
export function argmin_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { indexOfExtremum<f32, Smaller>(out, x, outer, len, inner); }
export function argmin_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { indexOfExtremum<f64, Smaller>(out, x, outer, len, inner); }
export function argmin_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { indexOfExtremum<i32, Smaller>(out, x, outer, len, inner); }
