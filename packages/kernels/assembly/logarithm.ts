/**
 * Logarithms of two f64, within 1 ulp: those to the bases 2 and 10, and the one that the inverse hyperbolic
 * functions end in. x = 2^k (1 + f) with 1/sqrt 2 <= 1 + f < sqrt 2, and with s = f / (2 + f)
 *
 *   log(1 + f) = 2 atanh s = f - f^2/2 + s (f^2/2 + R),  R = 2 atanh(s) / s - 2 = s^2 q(s^2)
 */
import { polynomial } from './polynomial';
import { choose, constant } from './vector';

const ONE = memory.data<f64>([1]);
const TWO = memory.data<f64>([2]);
const HALF = memory.data<f64>([0.5]);
const INFINITE = memory.data<f64>([Infinity]);
const MINUS_INFINITE = memory.data<f64>([-Infinity]);
const HALF_SQRT2 = memory.data<u64>([0x3fe6a09e667f3bcd]); // 1 / sqrt 2
const ROUNDER = memory.data<f64>([6755399441055744]);
/** ln 2 in two parts, the first so short that its product with an exponent is exact */
const LN2_HIGH = memory.data<f64>([6.93147180369123816490e-1]);
const LN2_LOW = memory.data<f64>([1.90821492927058770002e-10]);

/** q, relative error of R s 2^-60 */
const Q = memory.data<f64>([
  0.13086767009948175, 0.13268759668560612, 0.15386240205813478, 0.18181795630884753,
  0.2222222239180047, 0.2857142857080323, 0.4000000000000088, 0.6666666666666666,
]);
const Q_COUNT: i32 = 8;

/** The k of y = 2^k (1 + f), for a positive normal y. */
// @ts-ignore: decorator
@inline
function exponent(y: v128): v128 {
  return i64x2.shr_s(i64x2.sub(y, constant<f64>(HALF_SQRT2)), 52);
}

// @ts-ignore: decorator
@inline
function fraction(y: v128, k: v128): v128 {
  return f64x2.sub(i64x2.sub(y, i64x2.shl(k, 52)), constant<f64>(ONE));
}

/** A small integer as f64. */
// @ts-ignore: decorator
@inline
function toFloat(k: v128): v128 {
  const rounder = constant<f64>(ROUNDER);
  return f64x2.sub(i64x2.add(k, rounder), rounder);
}

/** s (f^2/2 + R) */
// @ts-ignore: decorator
@inline
function higherPowers(f: v128, half: v128): v128 {
  const s = f64x2.div(f, f64x2.add(constant<f64>(TWO), f));
  return f64x2.mul(s, f64x2.add(half, twiceAtanhRest(f64x2.mul(s, s))));
}

/** 2 atanh(s) / s - 2 for z = s^2, |s| <= 0.1716 */
// @ts-ignore: decorator
@inline
export function twiceAtanhRest(z: v128): v128 {
  return f64x2.mul(z, polynomial(Q, Q_COUNT, z));
}

/** (1 + rest) 2^octaves with rest = w + low, w the larger: its logarithm, for 0 <= w < 2^1000. */
export function log1pPair(w: v128, low: v128, octaves: v128): v128 {
  const one = constant<f64>(ONE);
  const u = f64x2.add(one, w);
  const lost = choose(
    f64x2.lt(w, one),
    f64x2.sub(w, f64x2.sub(u, one)),
    f64x2.sub(one, f64x2.sub(u, w)),
  );
  const correction = f64x2.div(f64x2.add(lost, low), u);
  const k = exponent(u);
  const f = fraction(u, k);
  const count = f64x2.add(toFloat(k), octaves);
  const half = f64x2.mul(f64x2.mul(constant<f64>(HALF), f), f);
  const small = f64x2.add(f64x2.mul(count, constant<f64>(LN2_LOW)), correction);
  const rest = f64x2.sub(f64x2.add(higherPowers(f, half), small), half);
  return f64x2.add(f64x2.mul(count, constant<f64>(LN2_HIGH)), f64x2.add(f, rest));
}

const SMALLEST_NORMAL = memory.data<f64>([2.2250738585072014e-308]);
const TWO_POWER_54 = memory.data<f64>([18014398509481984]);
const FIFTY_FOUR = memory.data<i64>([54]);
/** The upper 21 bits of a fraction: two such numbers have an exact product. */
const UPPER_BITS = memory.data<u64>([0xffffffff00000000]);

/**
 * k a + log(1 + f) b, each constant in two parts (`high`, then `low` behind it) of which the first is
 * short. The products of the upper parts are exact, and so only the last sum rounds.
 */
// @ts-ignore: decorator
@inline
function logToBase(x: v128, a: usize, b: usize): v128 {
  const subnormal = f64x2.lt(x, constant<f64>(SMALLEST_NORMAL));
  const normal = choose(subnormal, f64x2.mul(x, constant<f64>(TWO_POWER_54)), x);
  const biased = exponent(normal);
  const f = fraction(normal, biased);
  const k = toFloat(i64x2.sub(biased, v128.and(subnormal, constant<f64>(FIFTY_FOUR))));

  const half = f64x2.mul(f64x2.mul(constant<f64>(HALF), f), f);
  const high = v128.and(f64x2.sub(f, half), constant<f64>(UPPER_BITS));
  const low = f64x2.add(f64x2.sub(f64x2.sub(f, high), half), higherPowers(f, half));

  const whole = f64x2.mul(k, constant<f64>(a));
  const part = f64x2.mul(high, constant<f64>(b));
  const sum = f64x2.add(whole, part);
  let rest = f64x2.add(f64x2.sub(whole, sum), part);
  rest = f64x2.add(rest, f64x2.mul(k, constant<f64>(a + 8)));
  rest = f64x2.add(rest, f64x2.mul(f64x2.add(low, high), constant<f64>(b + 8)));
  rest = f64x2.add(rest, f64x2.mul(low, constant<f64>(b)));
  return special(f64x2.add(sum, rest), x);
}

/** `y` where 0 < x < infinity; -infinity at 0, NaN below, and x itself at infinity and NaN. */
// @ts-ignore: decorator
@inline
function special(y: v128, x: v128): v128 {
  const zero = i64x2.splat(0);
  const ordinary = v128.and(f64x2.gt(x, zero), f64x2.lt(x, constant<f64>(INFINITE)));
  const other = v128.or(x, f64x2.lt(x, zero)); // all bits set is a NaN
  return choose(
    ordinary,
    y,
    choose(f64x2.eq(x, zero), constant<f64>(MINUS_INFINITE), other),
  );
}

const WHOLE = memory.data<f64>([1, 0]);
/** 1 / ln 2 */
const BITS = memory.data<f64>([1.4426946640014648, 3.768874985636099e-7]);

export function log2F64(x: v128): v128 {
  return logToBase(x, WHOLE, BITS);
}

/** log10 2 and 1 / ln 10 */
const DIGITS_OF_OCTAVE = memory.data<f64>([0.30102992057800293, 7.508597826552624e-8]);
const DIGITS = memory.data<f64>([0.4342944622039795, 1.9699272335463627e-8]);

export function log10F64(x: v128): v128 {
  return logToBase(x, DIGITS_OF_OCTAVE, DIGITS);
}
