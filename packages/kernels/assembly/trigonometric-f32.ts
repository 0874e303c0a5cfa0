/**
 * sin, cos and tan of four f32, within 1 ulp over the whole range: worked out in f64, two lanes at a time.
 * Up to 2^17 the argument is reduced by multiples of pi / 2 known to 78 bits; a larger one, where a float's
 * own spacing exceeds a hundredth, needs hundreds of bits of pi and goes to NativeMath, lane by lane.
 */
import { throughF64 } from './through-f64';
import { choose, constant, horner } from './vector';

const LARGE: f32 = 131072;
const ONE = memory.data<f64>([1]);
const TWO_OVER_PI = memory.data<f64>([6.36619772367581382433e-1]);
/** 1.5 * 2^52: added to a small number, it leaves the nearest integer in the lowest bits. */
const ROUNDER = memory.data<f64>([6755399441055744]);
/** pi / 2 = HALF_PI_HIGH (25 bits, so that k * HALF_PI_HIGH is exact) + HALF_PI_LOW */
const HALF_PI_HIGH = memory.data<f64>([1.57079631090164184570]);
const HALF_PI_LOW = memory.data<f64>([1.58932547735281966916e-8]);
/** p of sin r = r + r^3 p(r^2) and of cos r = 1 + r^2 p(r^2), |r| <= pi / 4: the coefficients of musl's */
const SIN = memory.data<f64>([
  2.7183114939898219064e-6, -1.98393348360966317347e-4, 8.3333293858894631756e-3,
  -1.66666666416265235595e-1,
]);
const COS = memory.data<f64>([
  2.43904487862774090654e-5, -1.38867637746099294692e-3, 4.16666233237390631894e-2,
  -4.99999997251031003120e-1,
]);

/** x / (pi / 2) + ROUNDER, whose lowest bits are the nearest integer. */
// @ts-ignore: decorator
@inline
function quadrantOf(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, constant<f64>(TWO_OVER_PI)), constant<f64>(ROUNDER));
}

/** x - k pi / 2 */
// @ts-ignore: decorator
@inline
function reduced(x: v128, quadrant: v128): v128 {
  const k = f64x2.sub(quadrant, constant<f64>(ROUNDER));
  const r = f64x2.sub(x, f64x2.mul(k, constant<f64>(HALF_PI_HIGH)));
  return f64x2.sub(r, f64x2.mul(k, constant<f64>(HALF_PI_LOW)));
}

// @ts-ignore: decorator
@inline
function sineSmall(r: v128, z: v128): v128 {
  let s = horner<f64>(constant<f64>(SIN), z, SIN + 8);
  s = horner<f64>(s, z, SIN + 16);
  s = horner<f64>(s, z, SIN + 24);
  return f64x2.add(r, f64x2.mul(f64x2.mul(r, z), s));
}

// @ts-ignore: decorator
@inline
function cosineSmall(z: v128): v128 {
  let c = horner<f64>(constant<f64>(COS), z, COS + 8);
  c = horner<f64>(c, z, COS + 16);
  c = horner<f64>(c, z, COS + 24);
  return f64x2.add(constant<f64>(ONE), f64x2.mul(z, c));
}

/** All ones where an integer is odd. */
// @ts-ignore: decorator
@inline
function isOdd(integer: v128): v128 {
  return i64x2.shr_s(i64x2.shl(integer, 63), 63);
}

/** sin(x + turns pi / 2) for two f64, |x| <= 2^17 */
// @ts-ignore: decorator
@inline
function sinPair(x: v128, turns: i64): v128 {
  const quadrant = quadrantOf(x);
  const r = reduced(x, quadrant);
  const z = f64x2.mul(r, r);
  const turned = i64x2.add(quadrant, i64x2.splat(turns));
  const sign = i64x2.shl(i64x2.shr_u(turned, 1), 63);
  return v128.xor(choose(isOdd(turned), cosineSmall(z), sineSmall(r, z)), sign);
}

/** tan x = sin r / cos r, or -cos r / sin r an odd number of quadrants away, for two f64 */
class TanPair {
  @inline of(x: v128): v128 {
    const quadrant = quadrantOf(x);
    const r = reduced(x, quadrant);
    const z = f64x2.mul(r, r);
    const sine = sineSmall(r, z);
    const cosine = cosineSmall(z);
    const odd = isOdd(quadrant);
    return f64x2.div(choose(odd, f64x2.neg(cosine), sine), choose(odd, sine, cosine));
  }
}

// @ts-ignore: decorator
@inline
function sinTurned(x: v128, turns: i64): v128 {
  const low = sinPair(f64x2.promote_low_f32x4(x), turns);
  const high = sinPair(f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0)), turns);
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

// @ts-ignore: decorator
@inline
function isLarge(x: v128): v128 {
  return v128.not(f32x4.lt(f32x4.abs(x), f32x4.splat(LARGE))); // and NaN
}

function sinLane(x: f32): f32 {
  return <f32>NativeMath.sin(<f64>x);
}

function cosLane(x: f32): f32 {
  return <f32>NativeMath.cos(<f64>x);
}

function tanLane(x: f32): f32 {
  return <f32>NativeMath.tan(<f64>x);
}

function sinLarge(x: v128): v128 {
  let y = f32x4.splat(sinLane(f32x4.extract_lane(x, 0)));
  y = f32x4.replace_lane(y, 1, sinLane(f32x4.extract_lane(x, 1)));
  y = f32x4.replace_lane(y, 2, sinLane(f32x4.extract_lane(x, 2)));
  return f32x4.replace_lane(y, 3, sinLane(f32x4.extract_lane(x, 3)));
}

function cosLarge(x: v128): v128 {
  let y = f32x4.splat(cosLane(f32x4.extract_lane(x, 0)));
  y = f32x4.replace_lane(y, 1, cosLane(f32x4.extract_lane(x, 1)));
  y = f32x4.replace_lane(y, 2, cosLane(f32x4.extract_lane(x, 2)));
  return f32x4.replace_lane(y, 3, cosLane(f32x4.extract_lane(x, 3)));
}

function tanLarge(x: v128): v128 {
  let y = f32x4.splat(tanLane(f32x4.extract_lane(x, 0)));
  y = f32x4.replace_lane(y, 1, tanLane(f32x4.extract_lane(x, 1)));
  y = f32x4.replace_lane(y, 2, tanLane(f32x4.extract_lane(x, 2)));
  return f32x4.replace_lane(y, 3, tanLane(f32x4.extract_lane(x, 3)));
}

// @ts-ignore: decorator
@inline
function sine(x: v128): v128 {
  // -0 is the one argument whose sign the reduction loses
  const y = choose(f32x4.eq(x, i32x4.splat(0)), x, sinTurned(x, 0));
  const large = isLarge(x);
  return v128.any_true(large) ? choose(large, sinLarge(x), y) : y;
}

// @ts-ignore: decorator
@inline
function cosine(x: v128): v128 {
  const y = sinTurned(x, 1);
  const large = isLarge(x);
  return v128.any_true(large) ? choose(large, cosLarge(x), y) : y;
}

// @ts-ignore: decorator
@inline
export function sinF32(x: v128): v128 {
  return sine(x);
}

// @ts-ignore: decorator
@inline
export function cosF32(x: v128): v128 {
  return cosine(x);
}

export function tanF32(x: v128): v128 {
  const y = choose(f32x4.eq(x, i32x4.splat(0)), x, throughF64<f32, TanPair>(x));
  const large = isLarge(x);
  return v128.any_true(large) ? choose(large, tanLarge(x), y) : y;
}
