/** The softmax of one row, and the gradient through it. */
import { elementAt } from './broadcast';
import { exp } from './elementary';
import { addToLanes, clearLanes, joinedLanes, LANE_SUM_BYTES, laneSum } from './lane-sum';
import { extremumOfRow, Larger } from './row-extremum';
import { scratch } from './scratch';
import { lanes, loadUpTo, storeUpTo } from './vector';

/**
 * e^(x - m) with the rounding error of the difference put back: e^(d + lost) = e^d (1 + lost). Without it
 * the error of d, up to half an ulp of d, would become |d| / 2 ulp of the result.
 */
// @ts-ignore: decorator
@inline
function expDifference<T>(x: v128, m: v128): v128 {
  const d = v128.sub<T>(x, m);
  const taken = v128.sub<T>(x, d); // Knuth's TwoSum: d + lost is x - m exactly
  const kept = v128.add<T>(d, taken);
  const lost = v128.add<T>(v128.sub<T>(x, kept), v128.sub<T>(taken, m));
  const finite = v128.and(lost, v128.eq<T>(lost, lost)); // infinity - infinity is no error
  const e = exp<T>(d);
  return v128.add<T>(e, v128.mul<T>(e, finite));
}

/** out[j] = e^(x[j] - m) */
// @ts-ignore: decorator
@inline
function exponentialsOfRow<T>(out: usize, x: usize, m: v128, n: i32): void {
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const first = expDifference<T>(v128.load(x), m);
    const second = expDifference<T>(v128.load(x, 16), m);
    v128.store(out, second, 16);
    v128.store(out, first);
    x += 32;
    out += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(out, expDifference<T>(loadUpTo<T>(x, n), m), n);
    x += 16;
    out += 16;
  }
}

/** x[j] /= divisor */
// @ts-ignore: decorator
@inline
function divideRow<T>(x: usize, divisor: v128, n: i32): void {
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const first = v128.div<T>(v128.load(x), divisor);
    const second = v128.div<T>(v128.load(x, 16), divisor);
    v128.store(x, second, 16);
    v128.store(x, first);
    x += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(x, v128.div<T>(loadUpTo<T>(x, n), divisor), n);
    x += 16;
  }
}

/** out[j] = e^(x[j] - m) / sum e^(x[k] - m), n >= 1 */
export function softmaxRow<T>(out: usize, x: usize, n: i32): void {
  exponentialsOfRow<T>(out, x, v128.splat<T>(extremumOfRow<T, Larger>(x, n)), n);
  // in f64, so that the error does not grow with the row
  divideRow<T>(out, v128.splat<T>(<T>laneSum<f64, T>(out, n)), n);
}

/** How many products are kept at a time; a multiple of the lanes. */
const CHUNK = 1024;

/** sum a[j] b[j] in the order of `lane-sum.ts` */
// @ts-ignore: decorator
@inline
function sumOfProducts<T>(a: usize, b: usize, n: i32): T {
  const sums = scratch;
  const products = scratch + LANE_SUM_BYTES;
  clearLanes<T>(sums);
  while (n > 0) {
    const count = min(n, CHUNK);
    let to = products;
    let left = count;
    for (; left >= 2 * lanes<T>(); left -= 2 * lanes<T>()) {
      const first = v128.mul<T>(v128.load(a), v128.load(b));
      const second = v128.mul<T>(v128.load(a, 16), v128.load(b, 16));
      v128.store(to, second, 16);
      v128.store(to, first);
      a += 32;
      b += 32;
      to += 32;
    }
    for (; left > 0; left -= lanes<T>()) {
      v128.store(to, v128.mul<T>(loadUpTo<T>(a, left), loadUpTo<T>(b, left)));
      a += 16;
      b += 16;
      to += 16;
    }
    addToLanes<T, T>(sums, products, count);
    n -= count;
  }
  return joinedLanes<T>(sums);
}

/** out[j] = y[j] (g[j] - sum g[k] y[k]); `out` may be `g` or `y`. */
export function softmaxGradRow<T>(out: usize, g: usize, y: usize, n: i32): void {
  const sum = v128.splat<T>(sumOfProducts<T>(g, y, n));
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const first = v128.mul<T>(v128.load(y), v128.sub<T>(v128.load(g), sum));
    const second = v128.mul<T>(v128.load(y, 16), v128.sub<T>(v128.load(g, 16), sum));
    v128.store(out, second, 16);
    v128.store(out, first);
    y += 32;
    g += 32;
    out += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(out, v128.mul<T>(loadUpTo<T>(y, n), v128.sub<T>(loadUpTo<T>(g, n), sum)), n);
    y += 16;
    g += 16;
    out += 16;
  }
}
