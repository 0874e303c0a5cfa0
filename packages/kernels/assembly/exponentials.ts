/**
 * Exponentials of a row and their sum, in f64 whatever the row's type, for what is the logarithm of such a
 * sum or a difference of its parts: log-softmax and cross-entropy. A loss of 1e-6 is right to the
 * last bit of an f32 that way, where an f32 sum near 1 would leave it one digit.
 */
import { elementAt } from './broadcast';
import { exp } from './elementary';
import { addToLanes, clearLanes, joinedLanes, LANE_SUM_BYTES } from './lane-sum';
import { scratch } from './scratch';
import { loadUpTo, storePair, storeUpTo } from './vector';
import { widened } from './widen';

/** How many terms are kept at a time; a multiple of the lanes. */
export const CHUNK = 1024;

/** Where a chunk's terms lie: f64, in the scratch region. */
// @ts-ignore: decorator
@inline
export function chunkTerms(): usize {
  return scratch + LANE_SUM_BYTES;
}

/** out[j] = e^(x[j] - shift) in f64 */
export function exponentials<T>(out: usize, x: usize, n: i32, shift: f64): void {
  const shifts = f64x2.splat(shift);
  let from = widened<T>(out, x, n);
  for (; n >= 4; n -= 4) {
    const first = exp<f64>(f64x2.sub(v128.load(from), shifts));
    const second = exp<f64>(f64x2.sub(v128.load(from, 16), shifts));
    storePair(out, first, second);
    from += 32;
    out += 32;
  }
  for (; n > 0; n -= 2) {
    storeUpTo<f64>(out, exp<f64>(f64x2.sub(loadUpTo<f64>(from, n), shifts)), n);
    from += 16;
    out += 16;
  }
}

/** The sum of e^(x[j] - shift); `chunkTerms()` holds the terms of the last chunk, all if n <= CHUNK. */
export function sumOfExponentials<T>(x: usize, n: i32, shift: f64): f64 {
  const sums = scratch;
  const terms = chunkTerms();
  clearLanes<f64>(sums);
  while (n > 0) {
    const count = min(n, CHUNK);
    exponentials<T>(terms, x, count, shift);
    addToLanes<f64, f64>(sums, terms, count);
    x = elementAt<T>(x, count);
    n -= count;
  }
  return joinedLanes<f64>(sums);
}
