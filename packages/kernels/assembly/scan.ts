/**
 * Running sums and products along an axis: `name_dtype(out, x, outer, len, inner, reverse)`, x and out seen as
 * [outer, len, inner]; from the last element on where `reverse` is not 0. Each element is added to what came before
 * it, in f64 for f32 and f64, so that out[j] depends on no element behind it; i32 wraps.
 *
 * `recurrence_dtype(out, a, b, outer, len, inner, reverse)`: out[j] = b[j] + a[j] out[j - 1] (out[j + 1] in
 * reverse), nothing before the first. It is what running products are differentiated with.
 */
import { elementAt } from './broadcast';
import { LogSum, Product, Sum } from './scan-step';
import { scratch } from './scratch';

/** How many columns are scanned at a time: their states stay in the first-level cache. */
export const SCAN_COLUMNS: i32 = 512;

/** Where the row is that comes j-th. */
// @ts-ignore: decorator
@inline
function rowAt(j: i32, len: i32, reverse: i32): i32 {
  return reverse != 0 ? len - 1 - j : j;
}

/** out[j] = step(out[j - 1], x[j]) of one column, the state kept in a register. */
function scanColumn<T, S, Step>(out: usize, x: usize, len: i32, reverse: i32): void {
  const step = changetype<Step>(0);
  let state = step.first<S>();
  for (let j = 0; j < len; j++) {
    const at = elementAt<T>(0, rowAt(j, len, reverse));
    state = step.next<S>(state, <S>load<T>(x + at));
    store<T>(out + at, <T>state);
  }
}

/** The same for `width` columns of [len, inner] side by side. */
function scanColumns<T, S, Step>(out: usize, x: usize, len: i32, inner: i32, width: i32, reverse: i32): void {
  const step = changetype<Step>(0);
  const states = scratch;
  for (let column = 0; column < width; column++) store<S>(elementAt<S>(states, column), step.first<S>());
  for (let j = 0; j < len; j++) {
    const row = elementAt<T>(0, rowAt(j, len, reverse) * inner);
    for (let column = 0; column < width; column++) {
      const at = elementAt<T>(row, column);
      const kept = elementAt<S>(states, column);
      const state = step.next<S>(load<S>(kept), <S>load<T>(x + at));
      store<S>(kept, state);
      store<T>(out + at, <T>state);
    }
  }
}

function scan<T, S, Step>(out: usize, x: usize, outer: i32, len: i32, inner: i32, reverse: i32): void {
  for (let i = 0; i < outer; i++) {
    const block = elementAt<T>(0, i * len * inner);
    if (inner == 1) {
      scanColumn<T, S, Step>(out + block, x + block, len, reverse);
      continue;
    }
    for (let column = 0; column < inner; column += SCAN_COLUMNS) {
      const at = elementAt<T>(block, column);
      scanColumns<T, S, Step>(out + at, x + at, len, inner, min(SCAN_COLUMNS, inner - column), reverse);
    }
  }
}

export function cumsum_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32, reverse: i32): void { scan<f32, f64, Sum>(out, x, outer, len, inner, reverse); }
export function cumsum_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32, reverse: i32): void { scan<f64, f64, Sum>(out, x, outer, len, inner, reverse); }
export function cumsum_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32, reverse: i32): void { scan<i32, i32, Sum>(out, x, outer, len, inner, reverse); }
export function cumprod_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32, reverse: i32): void { scan<f32, f64, Product>(out, x, outer, len, inner, reverse); }
export function cumprod_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32, reverse: i32): void { scan<f64, f64, Product>(out, x, outer, len, inner, reverse); }
export function cumprod_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32, reverse: i32): void { scan<i32, i32, Product>(out, x, outer, len, inner, reverse); }
export function logcumsumexp_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32, reverse: i32): void { scan<f32, f64, LogSum>(out, x, outer, len, inner, reverse); }
export function logcumsumexp_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32, reverse: i32): void { scan<f64, f64, LogSum>(out, x, outer, len, inner, reverse); }

/** The recurrence for `width` columns of [len, inner] side by side. */
function recurrenceOfColumns<T>(out: usize, a: usize, b: usize, len: i32, inner: i32, width: i32, reverse: i32): void {
  const states = scratch;
  for (let j = 0; j < len; j++) {
    const row = elementAt<T>(0, rowAt(j, len, reverse) * inner);
    for (let column = 0; column < width; column++) {
      const at = elementAt<T>(row, column);
      const kept = elementAt<f64>(states, column);
      let state = <f64>load<T>(b + at);
      // what lies before the first is not even multiplied: a factor there may be infinite
      if (j > 0) state += <f64>load<T>(a + at) * load<f64>(kept);
      store<f64>(kept, state);
      store<T>(out + at, <T>state);
    }
  }
}

function recurrence<T>(out: usize, a: usize, b: usize, outer: i32, len: i32, inner: i32, reverse: i32): void {
  for (let i = 0; i < outer; i++) {
    for (let column = 0; column < inner; column += SCAN_COLUMNS) {
      const at = elementAt<T>(0, i * len * inner + column);
      const width = min(SCAN_COLUMNS, inner - column);
      recurrenceOfColumns<T>(out + at, a + at, b + at, len, inner, width, reverse);
    }
  }
}

export function recurrence_f32(out: usize, a: usize, b: usize, outer: i32, len: i32, inner: i32, reverse: i32): void { recurrence<f32>(out, a, b, outer, len, inner, reverse); }
export function recurrence_f64(out: usize, a: usize, b: usize, outer: i32, len: i32, inner: i32, reverse: i32): void { recurrence<f64>(out, a, b, outer, len, inner, reverse); }
