/** Questions to a whole contiguous tensor, answered with one number. */
import { elementAt } from './broadcast';
import { addToLanes, clearLanes, joinedLanes, LANE_SUM_BYTES } from './lane-sum';
import { scratch } from './scratch';
import { lanes, loadAsF64, loadUpTo } from './vector';

/** How many squares are kept at a time; a multiple of the lanes. */
const CHUNK = 1024;

/** Sum of x[i]^2 in f64, in the order of `lane-sum.ts`: the square of an f32 is exact. */
function sumOfSquares<T>(x: usize, n: i32): f64 {
  const sums = scratch;
  const squares = scratch + LANE_SUM_BYTES;
  clearLanes<f64>(sums);
  while (n > 0) {
    const count = min(n, CHUNK);
    for (let i = 0; i + 2 <= count; i += 2) {
      const values = loadAsF64<T>(elementAt<T>(x, i));
      v128.store(elementAt<f64>(squares, i), f64x2.mul(values, values));
    }
    if (count & 1) {
      const value = <f64>load<T>(elementAt<T>(x, count - 1));
      store<f64>(elementAt<f64>(squares, count - 1), value * value);
    }
    addToLanes<f64, f64>(sums, squares, count);
    x = elementAt<T>(x, count);
    n -= count;
  }
  return joinedLanes<f64>(sums);
}

export function sumSquares_f32(x: usize, n: i32): f64 { return sumOfSquares<f32>(x, n); }
export function sumSquares_f64(x: usize, n: i32): f64 { return sumOfSquares<f64>(x, n); }

/**
 * 1 if no element is infinite or NaN: x - x is NaN for those, and +0 for all others. Four chains, so that no
 * vector waits for the one before.
 */
function isAllFinite<T>(x: usize, n: i32): i32 {
  let a = i32x4.splat(0), b = a, c = a, d = a;
  for (; n >= 4 * lanes<T>(); n -= 4 * lanes<T>()) {
    a = v128.or(a, ownDifference<T>(v128.load(x)));
    b = v128.or(b, ownDifference<T>(v128.load(x, 16)));
    c = v128.or(c, ownDifference<T>(v128.load(x, 32)));
    d = v128.or(d, ownDifference<T>(v128.load(x, 48)));
    x += 64;
  }
  for (; n > 0; n -= lanes<T>()) {
    a = v128.or(a, ownDifference<T>(loadUpTo<T>(x, n)));
    x += 16;
  }
  return <i32>!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)));
}

// @ts-ignore: decorator
@inline
function ownDifference<T>(x: v128): v128 {
  return v128.sub<T>(x, x);
}

export function allFinite_f32(x: usize, n: i32): i32 { return isAllFinite<f32>(x, n); }
export function allFinite_f64(x: usize, n: i32): i32 { return isAllFinite<f64>(x, n); }

/** At how many places a and b agree. */
export function countEqual_i32(a: usize, b: usize, n: i32): i32 {
  let count = 0;
  for (let i = 0; i < n; i++) {
    count += <i32>(load<i32>(elementAt<i32>(a, i)) == load<i32>(elementAt<i32>(b, i)));
  }
  return count;
}
