/**
 * Elementary functions of four f32, within 2 ulp over the whole range, subnormal results included,
 * with the special values of IEEE 754. Nothing but + - * / and bit operations, so the bits are the
 * same on every machine. Each comment gives the mathematics; the coefficients (highest power first) are
 * minimax (Remez) fits rounded to f32.
 */
import { choose, constant, horner } from './vector';

export const ONE = memory.data<f32>([1]);
export const TWO = memory.data<f32>([2]);
export const HALF = memory.data<f32>([0.5]);
const INFINITE = memory.data<f32>([Infinity]);
const MINUS_INFINITE = memory.data<f32>([-Infinity]);
export const SIGN_BIT = memory.data<u32>([0x80000000]);

const LOG2_E = memory.data<f32>([1.4426950408889634]);
/** 1.5 * 2^23: added to a small number, it leaves the nearest integer in the lowest bits. */
export const ROUNDER = memory.data<f32>([12582912]);
/** ln 2 = LN2_HIGH + LN2_LOW; LN2_HIGH has so few bits that k * LN2_HIGH is exact for |k| < 2^14. */
export const LN2_HIGH = memory.data<f32>([0.693359375]);
export const LN2_LOW = memory.data<f32>([-2.12194440054690583e-4]);

// @ts-ignore: decorator
@inline
function signOf(x: v128): v128 {
  return v128.and(x, constant<f32>(SIGN_BIT));
}

/** x / ln 2 + ROUNDER, whose lowest bits are the integer k nearest to x / ln 2. */
// @ts-ignore: decorator
@inline
export function octaveF32(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, constant<f32>(LOG2_E)), constant<f32>(ROUNDER));
}

const EXPM1 = memory.data<f32>([
  0.001394876278936863, 0.008367923088371754, 0.04166625067591667, 0.16666533052921295, 0.5,
]);

/** e^r - 1 for |r| <= ln 2 / 2: r + r^2 q(r), relative error 2^-26. */
// @ts-ignore: decorator
@inline
export function expm1SmallF32(r: v128): v128 {
  let q = horner<f32>(constant<f32>(EXPM1), r, EXPM1 + 4);
  q = horner<f32>(q, r, EXPM1 + 8);
  q = horner<f32>(q, r, EXPM1 + 12);
  q = horner<f32>(q, r, EXPM1 + 16);
  return f32x4.add(r, f32x4.mul(f32x4.mul(r, r), q));
}

/** e^r - 1 for r = x - k ln 2 */
// @ts-ignore: decorator
@inline
export function expm1ReducedF32(x: v128, octave: v128): v128 {
  const k = f32x4.sub(octave, constant<f32>(ROUNDER));
  const r = f32x4.sub(x, f32x4.mul(k, constant<f32>(LN2_HIGH)));
  return expm1SmallF32(f32x4.sub(r, f32x4.mul(k, constant<f32>(LN2_LOW))));
}

const TWICE_BIAS = memory.data<i32>([0x7f000000]); // 2 * 127 in the exponent's place

/** y 2^k in two steps, k = k1 + k2, so that the one rounding comes last (subnormal, or infinite). */
// @ts-ignore: decorator
@inline
export function scaleF32(y: v128, octave: v128): v128 {
  const first = i32x4.add(i32x4.shl(i32x4.shr_u(octave, 1), 23), constant<f32>(ONE));
  const second = i32x4.sub(i32x4.add(i32x4.shl(octave, 23), constant<f32>(TWICE_BIAS)), first);
  return f32x4.mul(f32x4.mul(y, first), second);
}

/** From here on e^x is infinite, and a step below -104 it is 0. */
const EXP_TOP = memory.data<f32>([89]);
const EXP_BOTTOM = memory.data<f32>([-104]);

/** e^x = 2^k e^r */
// @ts-ignore: decorator
@inline
export function expF32(x: v128): v128 {
  // pmin and pmax let a NaN in their first operand pass
  return expBelowF32(f32x4.pmin(x, constant<f32>(EXP_TOP)));
}

/** e^x for x <= EXP_TOP */
// @ts-ignore: decorator
@inline
function expBelowF32(x: v128): v128 {
  const bounded = f32x4.pmax(x, constant<f32>(EXP_BOTTOM));
  const k = octaveF32(bounded);
  return scaleF32(f32x4.add(constant<f32>(ONE), expm1ReducedF32(bounded, k)), k);
}

/** Below it, e^x - 1 rounds to -1. */
const EXPM1_BOTTOM = memory.data<f32>([-18]);
const BIAS = memory.data<i32>([127]);
const INVERSE_TOP = memory.data<i32>([64]);

/** e^x - 1 = 2^k ((e^r - 1) + (1 - 2^-k)) */
// @ts-ignore: decorator
@inline
export function expm1F32(x: v128): v128 {
  const top = f32x4.pmin(x, constant<f32>(EXP_TOP));
  const bounded = f32x4.pmax(top, constant<f32>(EXPM1_BOTTOM));
  const k = octaveF32(bounded);
  // 2^-k; from 2^-25 on it no longer changes 1 - 2^-k, so that 2^-64 stands for what is smaller
  const integer = i32x4.min_s(i32x4.sub(k, constant<f32>(ROUNDER)), constant<f32>(INVERSE_TOP));
  const inverse = i32x4.shl(i32x4.sub(constant<f32>(BIAS), integer), 23);
  const rest = f32x4.sub(constant<f32>(ONE), inverse);
  const y = scaleF32(f32x4.add(rest, expm1ReducedF32(bounded, k)), k);
  return v128.or(y, signOf(x)); // keeps -0
}

const LOG1P = memory.data<f32>([0.29914191365242004, 0.3997606635093689, 0.6666678786277771]);

/** log(1 + f) - f for 1/sqrt 2 <= 1 + f < sqrt 2, by s = f / (2 + f): log(1 + f) = 2 atanh s */
// @ts-ignore: decorator
@inline
function log1pReduced(f: v128, correction: v128): v128 {
  const s = f32x4.div(f, f32x4.add(constant<f32>(TWO), f));
  const w = f32x4.mul(s, s);
  let q = horner<f32>(constant<f32>(LOG1P), w, LOG1P + 4);
  q = horner<f32>(q, w, LOG1P + 8);
  const half = f32x4.mul(f32x4.mul(constant<f32>(HALF), f), f);
  const higher = f32x4.add(f32x4.mul(s, f32x4.add(half, f32x4.mul(w, q))), correction);
  return f32x4.sub(higher, half);
}

const HALF_SQRT2 = memory.data<u32>([0x3f3504f3]); // 1 / sqrt 2

/** The k of y = 2^k (1 + f) with 1/sqrt 2 <= 1 + f < sqrt 2, for a positive normal y. */
// @ts-ignore: decorator
@inline
function exponent(y: v128): v128 {
  return i32x4.shr_s(i32x4.sub(y, constant<f32>(HALF_SQRT2)), 23);
}

/** k ln 2 + log(1 + f) + correction */
// @ts-ignore: decorator
@inline
function logOf(k: v128, f: v128, correction: v128): v128 {
  const low = f32x4.add(f32x4.mul(k, constant<f32>(LN2_LOW)), correction);
  const high = f32x4.mul(k, constant<f32>(LN2_HIGH));
  return f32x4.add(high, f32x4.add(f, log1pReduced(f, low)));
}

/** `y` where 0 < u < infinity; -infinity at u = 0, NaN below, and x itself at infinity and NaN. */
// @ts-ignore: decorator
@inline
function logSpecial(y: v128, x: v128, u: v128): v128 {
  const zero = i32x4.splat(0);
  const ordinary = v128.and(f32x4.gt(u, zero), f32x4.lt(u, constant<f32>(INFINITE)));
  const special = v128.or(x, f32x4.lt(u, zero)); // all bits set is a NaN
  const other = choose(f32x4.eq(u, zero), constant<f32>(MINUS_INFINITE), special);
  return choose(ordinary, y, other);
}

const SMALLEST_NORMAL = memory.data<f32>([1.1754943508222875e-38]);
const TWO_POWER_23 = memory.data<f32>([8388608]);
const TWENTY_THREE = memory.data<i32>([23]);

/** log x = k ln 2 + log(1 + f), x = 2^k (1 + f) */
// @ts-ignore: decorator
@inline
export function logF32(x: v128): v128 {
  const subnormal = f32x4.lt(x, constant<f32>(SMALLEST_NORMAL));
  const normal = choose(subnormal, f32x4.mul(x, constant<f32>(TWO_POWER_23)), x);
  const k = exponent(normal);
  const f = f32x4.sub(i32x4.sub(normal, i32x4.shl(k, 23)), constant<f32>(ONE));
  const shift = v128.and(subnormal, constant<f32>(TWENTY_THREE));
  const y = logOf(f32x4.convert_i32x4_s(i32x4.sub(k, shift)), f, i32x4.splat(0));
  return logSpecial(y, x, x);
}

/** log(1 + x) = log u + c / u, with u = 1 + x rounded and c = 1 + x - u */
// @ts-ignore: decorator
@inline
export function log1pF32(x: v128): v128 {
  const one = constant<f32>(ONE);
  const u = f32x4.add(one, x);
  const c = choose(
    f32x4.lt(x, one),
    f32x4.sub(x, f32x4.sub(u, one)),
    f32x4.sub(one, f32x4.sub(u, x)),
  );
  const k = exponent(u);
  const f = f32x4.sub(i32x4.sub(u, i32x4.shl(k, 23)), one);
  const y = logSpecial(logOf(f32x4.convert_i32x4_s(k), f, f32x4.div(c, u)), x, u);
  return v128.or(y, signOf(x)); // keeps -0
}

/** log(1 + e^-|x|): as log1pF32 of a number from 0 to 1, whose result at a NaN is any number */
// @ts-ignore: decorator
@inline
export function log1pExpF32(x: v128): v128 {
  const one = constant<f32>(ONE);
  const e = expBelowF32(v128.or(x, constant<f32>(SIGN_BIT)));
  const u = f32x4.add(one, e);
  const c = f32x4.sub(e, f32x4.sub(u, one));
  const k = exponent(u);
  const f = f32x4.sub(i32x4.sub(u, i32x4.shl(k, 23)), one);
  return logOf(f32x4.convert_i32x4_s(k), f, f32x4.div(c, u));
}

const TANH = memory.data<f32>([
  -0.00566078582778573, 0.02060200460255146, -0.05372922867536545, 0.13331328332424164,
  -0.33333277702331543,
]);
const TANH_SMALL = memory.data<f32>([0.625]);
/** From tanh(18.1 / 2) on the result rounds to 1. */
const TANH_TOP = memory.data<f32>([19]);

/** tanh |x| = |x| + |x|^3 p(x^2) below 5/8, else 1 - 2 / (e^(2|x|) + 1); odd */
// @ts-ignore: decorator
@inline
export function tanhF32(x: v128): v128 {
  const one = constant<f32>(ONE);
  const a = f32x4.abs(x);
  const z = f32x4.mul(a, a);
  let p = horner<f32>(constant<f32>(TANH), z, TANH + 4);
  p = horner<f32>(p, z, TANH + 8);
  p = horner<f32>(p, z, TANH + 12);
  p = horner<f32>(p, z, TANH + 16);
  const small = f32x4.add(a, f32x4.mul(f32x4.mul(a, z), p));

  const twice = f32x4.pmin(f32x4.add(a, a), constant<f32>(TANH_TOP));
  const k = octaveF32(twice);
  const power = i32x4.add(i32x4.shl(k, 23), one); // 2^k, 0 <= k <= 27
  const e = f32x4.mul(f32x4.add(one, expm1ReducedF32(twice, k)), power);
  const large = f32x4.sub(one, f32x4.div(constant<f32>(TWO), f32x4.add(e, one)));

  const y = choose(f32x4.lt(a, constant<f32>(TANH_SMALL)), small, large);
  return v128.or(y, signOf(x));
}

/**
 * 1 / (1 + e^-x), by e = e^-|x|, which cannot overflow: y = 1 / (1 + e), or e / (1 + e) below 0. What the
 * rounding of d = 1 + e lost is put back: y - y lost / d, where 1 / d is the larger of y and 1 - y.
 */
// @ts-ignore: decorator
@inline
export function sigmoidF32(x: v128): v128 {
  const one = constant<f32>(ONE);
  const e = expBelowF32(v128.or(x, constant<f32>(SIGN_BIT)));
  const d = f32x4.add(one, e);
  const lost = f32x4.sub(e, f32x4.sub(d, one));
  const y = f32x4.div(choose(f32x4.lt(x, i32x4.splat(0)), e, one), d);
  const inverse = f32x4.pmax(y, f32x4.sub(one, y));
  return f32x4.sub(y, f32x4.mul(f32x4.mul(y, lost), inverse));
}
