/**
 * The order of the elements of rows: `argsort_dtype(out, work, x, rows, len, descending)`, out the i32 [rows, len],
 * work room for len words. A merge sort, so elements that are equal keep their order; NaN counts as the largest.
 */
import { elementAt } from './broadcast';

/** So many elements are sorted by insertion before any are merged. */
const RUN = 8;

class Ascending {
  @inline beats<T>(a: T, b: T): bool { return a < b; }
  @inline nan<T>(a: T, b: T): bool { return b != b && a == a; }
}

class Descending {
  @inline beats<T>(a: T, b: T): bool { return a > b; }
  @inline nan<T>(a: T, b: T): bool { return a != a && b == b; }
}

/** Whether element i of the row must come before element j, which came first. */
// @ts-ignore: decorator
@inline
function precedes<T, Way>(x: usize, i: i32, j: i32): bool {
  const way = changetype<Way>(0);
  const a = load<T>(elementAt<T>(x, i));
  const b = load<T>(elementAt<T>(x, j));
  return way.beats<T>(a, b) || way.nan<T>(a, b);
}

// @ts-ignore: decorator
@inline
function entry(list: usize, at: i32): i32 {
  return load<i32>(elementAt<i32>(list, at));
}

function insertRun<T, Way>(list: usize, x: usize, start: i32, end: i32): void {
  for (let i = start; i < end; i++) {
    let at = i;
    while (at > start && precedes<T, Way>(x, i, entry(list, at - 1))) {
      store<i32>(elementAt<i32>(list, at), entry(list, at - 1));
      at--;
    }
    store<i32>(elementAt<i32>(list, at), i);
  }
}

/** Joins [start, middle) and [middle, end) of `from`, each in order, in `to`. */
function merge<T, Way>(to: usize, from: usize, x: usize, start: i32, middle: i32, end: i32): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const fromRight =
      left == middle || (right < end && precedes<T, Way>(x, entry(from, right), entry(from, left)));
    store<i32>(elementAt<i32>(to, at), entry(from, fromRight ? right++ : left++));
  }
}

function sortRow<T, Way>(out: usize, work: usize, x: usize, len: i32): void {
  for (let start = 0; start < len; start += RUN) insertRun<T, Way>(out, x, start, min(start + RUN, len));
  let from = out;
  let to = work;
  for (let width = RUN; width < len; width <<= 1) {
    for (let start = 0; start < len; start += 2 * width) {
      merge<T, Way>(to, from, x, start, min(start + width, len), min(start + 2 * width, len));
    }
    const sorted = to;
    to = from;
    from = sorted;
  }
  if (from != out) memory.copy(out, from, <usize>len << 2);
}

// @ts-ignore: decorator
@inline
function argsort<T>(out: usize, work: usize, x: usize, rows: i32, len: i32, descending: i32): void {
  for (let row = 0; row < rows; row++) {
    if (descending != 0) sortRow<T, Descending>(out, work, x, len);
    else sortRow<T, Ascending>(out, work, x, len);
    out = elementAt<i32>(out, len);
    x = elementAt<T>(x, len);
  }
}

export function argsort_f32(out: usize, work: usize, x: usize, rows: i32, len: i32, descending: i32): void { argsort<f32>(out, work, x, rows, len, descending); }
export function argsort_f64(out: usize, work: usize, x: usize, rows: i32, len: i32, descending: i32): void { argsort<f64>(out, work, x, rows, len, descending); }
export function argsort_i32(out: usize, work: usize, x: usize, rows: i32, len: i32, descending: i32): void { argsort<i32>(out, work, x, rows, len, descending); }
