/**
 * Elementary functions of two f64, within 2 ulp. Those of exponentials are our own; expm1, log, log1p and
 * tanh are AssemblyScript's NativeMath (ports of musl's) lane by lane: software, so the same everywhere.
 */
import { choose, constant, horner } from './vector';

const ONE = memory.data<f64>([1]);
const LOG2_E = memory.data<f64>([1.4426950408889634]);
/** 1.5 * 2^52: added to a small number, it leaves the nearest integer in the lowest bits. */
const ROUNDER = memory.data<f64>([6755399441055744]);
/** ln 2 = LN2_HIGH + LN2_LOW; k * LN2_HIGH is exact for the k of an exponent. */
const LN2_HIGH = memory.data<f64>([6.93147180369123816490e-1]);
const LN2_LOW = memory.data<f64>([1.90821492927058770002e-10]);
const TWICE_BIAS = memory.data<u64>([0x7fe0000000000000]); // 2 * 1023 in the exponent's place
/** From here on e^x is infinite, and a step below -746 it is 0. */
const EXP_TOP = memory.data<f64>([710]);
const EXP_BOTTOM = memory.data<f64>([-746]);

/** q of e^r = 1 + r + r^2 q(r), |r| <= ln 2 / 2, relative error 2^-57 */
const EXP = memory.data<f64>([
  2.499791899226413e-8, 2.763315478553185e-7, 2.7557608379288043e-6, 2.480148545666821e-5,
  0.00019841269464567193, 0.0013888888950407156, 0.00833333333352191, 0.041666666666507264,
  0.16666666666666358, 0.5000000000000013,
]);

/** x / ln 2 + ROUNDER, whose lowest bits are the integer k nearest to x / ln 2. */
// @ts-ignore: decorator
@inline
export function octaveF64(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, constant<f64>(LOG2_E)), constant<f64>(ROUNDER));
}

/** e^r - 1 = r + r^2 q(r), |r| <= ln 2 / 2 */
// @ts-ignore: decorator
@inline
function expm1Small(r: v128): v128 {
  let q = horner<f64>(constant<f64>(EXP), r, EXP + 8);
  q = horner<f64>(q, r, EXP + 16);
  q = horner<f64>(q, r, EXP + 24);
  q = horner<f64>(q, r, EXP + 32);
  q = horner<f64>(q, r, EXP + 40);
  q = horner<f64>(q, r, EXP + 48);
  q = horner<f64>(q, r, EXP + 56);
  q = horner<f64>(q, r, EXP + 64);
  q = horner<f64>(q, r, EXP + 72);
  return f64x2.add(r, f64x2.mul(f64x2.mul(r, r), q));
}

/** e^r - 1 for r = x - k ln 2 */
// @ts-ignore: decorator
@inline
export function expm1ReducedF64(x: v128, octave: v128): v128 {
  const k = f64x2.sub(octave, constant<f64>(ROUNDER));
  let r = f64x2.sub(x, f64x2.mul(k, constant<f64>(LN2_HIGH)));
  r = f64x2.sub(r, f64x2.mul(k, constant<f64>(LN2_LOW)));
  return expm1Small(r);
}

/** y 2^k in two steps: the one rounding comes last (a subnormal result, or an infinite one). */
// @ts-ignore: decorator
@inline
export function scaleF64(y: v128, octave: v128): v128 {
  const one = constant<f64>(ONE);
  const first = i64x2.add(i64x2.shl(i64x2.shr_u(octave, 1), 52), one);
  const second = i64x2.sub(i64x2.add(i64x2.shl(octave, 52), constant<f64>(TWICE_BIAS)), first);
  return f64x2.mul(f64x2.mul(y, first), second);
}

/** e^x = 2^k e^r, as `expF32` */
// @ts-ignore: decorator
@inline
export function expF64(x: v128): v128 {
  const top = f64x2.pmin(x, constant<f64>(EXP_TOP));
  const bounded = f64x2.pmax(top, constant<f64>(EXP_BOTTOM));
  const octave = octaveF64(bounded);
  return scaleF64(f64x2.add(constant<f64>(ONE), expm1ReducedF64(bounded, octave)), octave);
}

const LN2 = memory.data<f64>([0.6931471805599453]);
/** From here on 2^x is infinite, and a step below -1076 it is 0. */
const EXP2_TOP = memory.data<f64>([1025]);
const EXP2_BOTTOM = memory.data<f64>([-1076]);

/** 2^x = 2^k e^(r ln 2), k the integer nearest to x */
export function exp2F64(x: v128): v128 {
  const top = f64x2.pmin(x, constant<f64>(EXP2_TOP));
  const bounded = f64x2.pmax(top, constant<f64>(EXP2_BOTTOM));
  const octave = f64x2.add(bounded, constant<f64>(ROUNDER));
  const r = f64x2.sub(bounded, f64x2.sub(octave, constant<f64>(ROUNDER)));
  const power = expm1Small(f64x2.mul(r, constant<f64>(LN2)));
  return scaleF64(f64x2.add(constant<f64>(ONE), power), octave);
}

/** As `sigmoidF32`. */
// @ts-ignore: decorator
@inline
export function sigmoidF64(x: v128): v128 {
  const one = constant<f64>(ONE);
  const e = expF64(f64x2.neg(f64x2.abs(x)));
  const d = f64x2.add(one, e);
  const lost = f64x2.sub(e, f64x2.sub(d, one));
  const y = f64x2.div(choose(f64x2.lt(x, i64x2.splat(0)), e, one), d);
  const inverse = f64x2.pmax(y, f64x2.sub(one, y));
  return f64x2.sub(y, f64x2.mul(f64x2.mul(y, lost), inverse));
}

// @ts-ignore: decorator
@inline
function pair(first: f64, second: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

// @ts-ignore: decorator
@inline
export function expm1F64(x: v128): v128 {
  return pair(
    NativeMath.expm1(f64x2.extract_lane(x, 0)),
    NativeMath.expm1(f64x2.extract_lane(x, 1)),
  );
}

// @ts-ignore: decorator
@inline
export function logF64(x: v128): v128 {
  return pair(NativeMath.log(f64x2.extract_lane(x, 0)), NativeMath.log(f64x2.extract_lane(x, 1)));
}

// @ts-ignore: decorator
@inline
export function log1pF64(x: v128): v128 {
  return pair(
    NativeMath.log1p(f64x2.extract_lane(x, 0)),
    NativeMath.log1p(f64x2.extract_lane(x, 1)),
  );
}

// @ts-ignore: decorator
@inline
export function tanhF64(x: v128): v128 {
  return pair(
    NativeMath.tanh(f64x2.extract_lane(x, 0)),
    NativeMath.tanh(f64x2.extract_lane(x, 1)),
  );
}
