/**
 * Softmax over rows, `name_dtype(out, x, rows, len)`, len >= 1: y[j] = e^(x[j] - m) / sum e^(x[k] - m), m the
 * largest of the row; its logarithm; their gradients from the results. A row with a NaN or
 * +infinity, or of -infinity only, gives NaN, as in PyTorch. `out` may be `x` (or `g`, or `y`).
 */
import { elementAt } from './broadcast';
import { exp } from './elementary';
import { sumOfExponentials } from './exponentials';
import { addToLanes, clearLanes, joinedLanes, LANE_SUM_BYTES, laneSum } from './lane-sum';
import { extremumOfRow, Larger } from './row-extremum';
import { scratch } from './scratch';
import { lanes, loadUpTo, storePair, storeUpTo } from './vector';

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
    storePair(out, first, second);
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
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(x, v128.div<T>(loadUpTo<T>(x, n), divisor), n);
    x += 16;
  }
}

// @ts-ignore: decorator
@inline
function softmax<T>(out: usize, x: usize, rows: i32, len: i32): void {
  for (let row = 0; row < rows; row++) {
    exponentialsOfRow<T>(out, x, v128.splat<T>(extremumOfRow<T, Larger>(x, len)), len);
    // in f64, so that the error does not grow with the row
    divideRow<T>(out, v128.splat<T>(<T>laneSum<f64, T>(out, len)), len);
    x = elementAt<T>(x, len);
    out = elementAt<T>(out, len);
  }
}

export function softmax_f32(out: usize, x: usize, rows: i32, len: i32): void { softmax<f32>(out, x, rows, len); }
export function softmax_f64(out: usize, x: usize, rows: i32, len: i32): void { softmax<f64>(out, x, rows, len); }

/**
 * `causalSoftmax_dtype(out, x, rows, len, period)`: row i of each `period` rows is a softmax of its first i + 1
 * elements, and 0 behind them: with the bits of a softmax whose other elements are -infinity.
 */
// @ts-ignore: decorator
@inline
function causalSoftmax<T>(out: usize, x: usize, rows: i32, len: i32, period: i32): void {
  for (let row = 0; row < rows; row++) {
    const seen = min(len, (row % period) + 1);
    softmax<T>(out, x, 1, seen);
    memory.fill(elementAt<T>(out, seen), 0, (len - seen) << <i32>alignof<T>());
    x = elementAt<T>(x, len);
    out = elementAt<T>(out, len);
  }
}

export function causalSoftmax_f32(out: usize, x: usize, rows: i32, len: i32, period: i32): void { causalSoftmax<f32>(out, x, rows, len, period); }
export function causalSoftmax_f64(out: usize, x: usize, rows: i32, len: i32, period: i32): void { causalSoftmax<f64>(out, x, rows, len, period); }

/** (x[j] - m) - log sum e^(x[k] - m), worked out in f64 */
// @ts-ignore: decorator
@inline
function logSoftmax<T>(out: usize, x: usize, rows: i32, len: i32): void {
  for (let row = 0; row < rows; row++) {
    const m = <f64>extremumOfRow<T, Larger>(x, len);
    const logSum = NativeMath.log(sumOfExponentials<T>(x, len, m));
    for (let j = 0; j < len; j++) {
      store<T>(out, <T>(<f64>load<T>(x) - m - logSum));
      x += sizeof<T>();
      out += sizeof<T>();
    }
  }
}

export function logSoftmax_f32(out: usize, x: usize, rows: i32, len: i32): void { logSoftmax<f32>(out, x, rows, len); }
export function logSoftmax_f64(out: usize, x: usize, rows: i32, len: i32): void { logSoftmax<f64>(out, x, rows, len); }

/** How many products are kept at a time; a multiple of the lanes. */
const CHUNK = 1024;

/** sum a[j] b[j] in the order of `lane-sum.ts` */
function sumOfProducts<T>(a: usize, b: usize, n: i32): T {
  const sums = scratch;
  const products = scratch + LANE_SUM_BYTES;
  clearLanes<T>(sums);
  while (n > 0) {
    const count = min(n, CHUNK);
    let to = products;
    for (let left = count; left > 0; left -= lanes<T>()) {
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

/** y[j] (g[j] - sum g[k] y[k]) */
// @ts-ignore: decorator
@inline
function softmaxGrad<T>(out: usize, g: usize, y: usize, rows: i32, len: i32): void {
  for (let row = 0; row < rows; row++) {
    const sum = v128.splat<T>(sumOfProducts<T>(g, y, len));
    for (let j = 0; j < len; j += lanes<T>()) {
      const at = elementAt<T>(0, j);
      const difference = v128.sub<T>(loadUpTo<T>(g + at, len - j), sum);
      storeUpTo<T>(out + at, v128.mul<T>(loadUpTo<T>(y + at, len - j), difference), len - j);
    }
    out = elementAt<T>(out, len);
    g = elementAt<T>(g, len);
    y = elementAt<T>(y, len);
  }
}

export function softmaxGrad_f32(out: usize, g: usize, y: usize, rows: i32, len: i32): void { softmaxGrad<f32>(out, g, y, rows, len); }
export function softmaxGrad_f64(out: usize, g: usize, y: usize, rows: i32, len: i32): void { softmaxGrad<f64>(out, g, y, rows, len); }

/** g[j] - e^y[j] sum g[k] */
// @ts-ignore: decorator
@inline
function logSoftmaxGrad<T>(out: usize, g: usize, y: usize, rows: i32, len: i32): void {
  for (let row = 0; row < rows; row++) {
    const sum = v128.splat<T>(laneSum<T, T>(g, len));
    for (let j = 0; j < len; j += lanes<T>()) {
      const at = elementAt<T>(0, j);
      const share = v128.mul<T>(exp<T>(loadUpTo<T>(y + at, len - j)), sum);
      storeUpTo<T>(out + at, v128.sub<T>(loadUpTo<T>(g + at, len - j), share), len - j);
    }
    out = elementAt<T>(out, len);
    g = elementAt<T>(g, len);
    y = elementAt<T>(y, len);
  }
}

export function logSoftmaxGrad_f32(out: usize, g: usize, y: usize, rows: i32, len: i32): void { logSoftmaxGrad<f32>(out, g, y, rows, len); }
export function logSoftmaxGrad_f64(out: usize, g: usize, y: usize, rows: i32, len: i32): void { logSoftmaxGrad<f64>(out, g, y, rows, len); }
