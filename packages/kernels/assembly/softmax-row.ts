/** The softmax of one row, and the gradient through it. */
import { elementAt } from './broadcast';
import { exp } from './elementary';
import { clearLanes, joinedLanes, LANES, laneSum } from './lane-sum';
import { extremumOfRow, Larger } from './row-extremum';
import { scratch } from './scratch';
import { choose, lanes, loadUpTo, storePair, storeUpTo } from './vector';

/**
 * The largest of each of the lanes of a vector, of n > 0 elements. A NaN may get lost, which the sum of the
 * exponentials then brings back.
 */
// @ts-ignore: decorator
@inline
function largestLanes<T>(x: usize, n: i32): v128 {
  let first = v128.load(x);
  let second = v128.load(x, 16);
  const end = elementAt<T>(x, n);
  for (x += 32; x < end; x += 32) {
    first = v128.pmax<T>(first, v128.load(x));
    second = v128.pmax<T>(second, v128.load(x, 16));
  }
  return v128.pmax<T>(first, second);
}

/** The largest of the lanes in all lanes. */
// @ts-ignore: decorator
@inline
function largestOf<T>(x: v128): v128 {
  const both = v128.pmax<T>(x, i64x2.shuffle(x, x, 1, 0));
  return sizeof<T>() == 8 ? both : v128.pmax<T>(both, i32x4.shuffle(both, both, 1, 0, 3, 2));
}

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
function exponentials<T>(out: usize, x: usize, n: i32, m: v128): void {
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
function divide<T>(x: usize, n: i32, divisor: v128): void {
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const first = v128.div<T>(v128.load(x), divisor);
    const second = v128.div<T>(v128.load(x, 16), divisor);
    storePair(x, first, second);
    x += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(x, v128.div<T>(loadUpTo<T>(x, n), divisor), n);
    x += 16;
  }
}

/** Sixteen elements of all bits, then sixteen of none: read across the middle, a mask of the first few of sixteen. */
const MASKS = memory.data<i64>([
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);
const MASKS_MIDDLE = MASKS + 128;

/** Puts `filler` behind the first `left` of sixteen elements. */
// @ts-ignore: decorator
@inline
function fillBehind<T>(x: usize, left: i32, filler: v128): void {
  const masks = elementAt<T>(MASKS_MIDDLE, -left);
  for (let at = 0; at < LANES * <i32>sizeof<T>(); at += 32) {
    const first = choose(v128.load(masks + at), v128.load(x + at), filler);
    const second = choose(v128.load(masks + at, 16), v128.load(x + at, 16), filler);
    storePair(x + at, first, second);
  }
}

/**
 * As `softmaxRow` where there is room for n up to a multiple of sixteen, in which `out` gets zeros and `x`
 * is overwritten.
 */
export function softmaxRoomyRow<T>(out: usize, x: usize, n: i32): void {
  const left = n & (LANES - 1);
  const total = (n + LANES - 1) & ~(LANES - 1);
  // Not -infinity: e^x would underflow, which takes a core a hundred times as long as any other result.
  if (left) fillBehind<T>(elementAt<T>(x, n - left), left, v128.load_splat<T>(x));
  exponentials<T>(out, x, total, largestOf<T>(largestLanes<T>(x, total)));
  if (left) fillBehind<T>(elementAt<T>(out, n - left), left, i64x2.splat(0));
  // in f64, so that the error does not grow with the row
  divide<T>(out, total, v128.splat<T>(<T>laneSum<f64, T>(out, total)));
}

/** out[j] = e^(x[j] - m) / sum e^(x[k] - m), n >= 1, m the largest; `out` may be `x`. */
export function softmaxRow<T>(out: usize, x: usize, n: i32): void {
  if ((n & (LANES - 1)) == 0) {
    softmaxRoomyRow<T>(out, x, n);
    return;
  }
  exponentials<T>(out, x, n, v128.splat<T>(extremumOfRow<T, Larger>(x, n)));
  divide<T>(out, n, v128.splat<T>(<T>laneSum<f64, T>(out, n)));
}

/** Adds a[j] b[j] to the lanes, n elements, a multiple of sixteen. */
// @ts-ignore: decorator
@inline
function addProducts<T>(sums: usize, a: usize, b: usize, n: i32): void {
  if (sizeof<T>() == 4) {
    let s0 = v128.load(sums), s1 = v128.load(sums, 16);
    let s2 = v128.load(sums, 32), s3 = v128.load(sums, 48);
    for (; n > 0; n -= LANES) {
      s0 = v128.add<T>(s0, v128.mul<T>(v128.load(a), v128.load(b)));
      s1 = v128.add<T>(s1, v128.mul<T>(v128.load(a, 16), v128.load(b, 16)));
      s2 = v128.add<T>(s2, v128.mul<T>(v128.load(a, 32), v128.load(b, 32)));
      s3 = v128.add<T>(s3, v128.mul<T>(v128.load(a, 48), v128.load(b, 48)));
      a += 64;
      b += 64;
    }
    storePair(sums, s0, s1);
    storePair(sums + 32, s2, s3);
    return;
  }
  for (; n > 0; n -= LANES) {
    for (let at = 0; at < LANES * 8; at += 16) {
      const product = v128.mul<T>(v128.load(a + at), v128.load(b + at));
      v128.store(sums + at, v128.add<T>(v128.load(sums + at), product));
    }
    a += LANES * 8;
    b += LANES * 8;
  }
}

/** sum a[j] b[j] in the order of `lane-sum.ts` */
// @ts-ignore: decorator
@inline
function sumOfProducts<T>(a: usize, b: usize, n: i32): T {
  const left = n & (LANES - 1);
  clearLanes<T>(scratch);
  addProducts<T>(scratch, a, b, n - left);
  a = elementAt<T>(a, n - left);
  b = elementAt<T>(b, n - left);
  for (let lane = 0; lane < left; ++lane) {
    const at = elementAt<T>(0, lane);
    const sum = load<T>(scratch + at) + load<T>(a + at) * load<T>(b + at);
    store<T>(scratch + at, sum);
  }
  return joinedLanes<T>(scratch);
}

/** out[j] = y[j] (g[j] - sum g[k] y[k]); `out` may be `g` or `y`. */
export function softmaxGradRow<T>(out: usize, g: usize, y: usize, n: i32): void {
  const sum = v128.splat<T>(sumOfProducts<T>(g, y, n));
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const first = v128.mul<T>(v128.load(y), v128.sub<T>(v128.load(g), sum));
    const second = v128.mul<T>(v128.load(y, 16), v128.sub<T>(v128.load(g, 16), sum));
    storePair(out, first, second);
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
