/** Inverse trigonometric functions of two f64, within 2 ulp over the whole range. */
import { polynomial } from './polynomial';
import { choose, constant } from './vector';

const ONE = memory.data<f64>([1]);
const TWO = memory.data<f64>([2]);
const HALF = memory.data<f64>([0.5]);
const ONE_AND_HALF = memory.data<f64>([1.5]);
const INFINITE = memory.data<f64>([Infinity]);
const SIGN_BIT = memory.data<u64>([0x8000000000000000]);
const UPPER_BITS = memory.data<u64>([0xffffffff00000000]);

/** Each angle in two parts. */
const ATAN_HALF = memory.data<f64>([0.4636476090008061, 2.2698777452961687e-17]);
const QUARTER_PI = memory.data<f64>([0.7853981633974483, 3.061616997868383e-17]);
const ATAN_ONE_AND_HALF = memory.data<f64>([0.982793723247329, 1.3903311031230998e-17]);
const HALF_PI = memory.data<f64>([1.5707963267948966, 6.123233995736766e-17]);
const PI = memory.data<f64>([3.141592653589793, 1.2246467991473532e-16]);

/** Half-way between the points 0, 1/2, 1, 3/2, infinity in the measure of the reduced argument. */
const BORDERS = memory.data<f64>([0.4375, 0.6875, 1.1875, 2.4375]);

/** q of atan t = t + t^3 q(t^2), |t| <= 7/16, relative error 2^-60 */
const ATAN = memory.data<f64>([
  0.014773184544825842, -0.03312813418341857, 0.044922592900415545, -0.052166797385425845,
  0.058769464566382365, -0.06666241923348626, 0.07692285554888581, -0.09090908355602566,
  0.11111111096645036, -0.14285714285566806, 0.1999999999999941, -0.3333333333333333,
]);
const ATAN_COUNT: i32 = 12;

// @ts-ignore: decorator
@inline
function below(y: v128, x: v128, border: usize): v128 {
  return f64x2.lt(y, f64x2.mul(x, constant<f64>(border)));
}

/**
 * atan(y / x) for y, x >= 0, not both 0 or infinite, and neither near the ends of the exponents: atan c +
 * atan((y - c x) / (x + c y)) with c = 0, 1/2, 1, 3/2 or infinity, whichever is nearest.
 */
// @ts-ignore: decorator
@inline
function atanOfRatio(y: v128, x: v128): v128 {
  const zero = i64x2.splat(0);
  const m0 = below(y, x, BORDERS);
  const m1 = below(y, x, BORDERS + 8);
  const m2 = below(y, x, BORDERS + 16);
  const m3 = below(y, x, BORDERS + 24);

  const c = constant<f64>(ONE_AND_HALF);
  let above = choose(m3, f64x2.sub(y, f64x2.mul(c, x)), f64x2.neg(x));
  let under = choose(m3, f64x2.add(x, f64x2.mul(c, y)), y);
  let angle = choose(m3, constant<f64>(ATAN_ONE_AND_HALF), constant<f64>(HALF_PI));
  let low = choose(m3, constant<f64>(ATAN_ONE_AND_HALF + 8), constant<f64>(HALF_PI + 8));

  above = choose(m2, f64x2.sub(y, x), above);
  under = choose(m2, f64x2.add(x, y), under);
  angle = choose(m2, constant<f64>(QUARTER_PI), angle);
  low = choose(m2, constant<f64>(QUARTER_PI + 8), low);

  above = choose(m1, f64x2.sub(f64x2.add(y, y), x), above);
  under = choose(m1, f64x2.add(f64x2.add(x, x), y), under);
  angle = choose(m1, constant<f64>(ATAN_HALF), angle);
  low = choose(m1, constant<f64>(ATAN_HALF + 8), low);

  const t = f64x2.div(choose(m0, y, above), choose(m0, x, under));
  angle = choose(m0, zero, angle);
  low = choose(m0, zero, low);
  const z = f64x2.mul(t, t);
  const rest = f64x2.mul(t, f64x2.mul(z, polynomial(ATAN, ATAN_COUNT, z)));
  return f64x2.add(angle, f64x2.add(f64x2.add(rest, low), t));
}

export function atanF64(x: v128): v128 {
  const y = atanOfRatio(f64x2.abs(x), constant<f64>(ONE));
  return v128.or(y, v128.and(x, constant<f64>(SIGN_BIT)));
}

const HUGE = memory.data<f64>([1.0715086071862673e301]); // 2^1000
const TINY = memory.data<f64>([9.332636185032189e-302]); // 2^-1000
const SHRINK = memory.data<f64>([9.313225746154785e-10]); // 2^-30
const STRETCH = memory.data<f64>([1.2676506002282294e30]); // 2^100

/** The angle of the point (x, y): pi - atan|y / x| where x is negative, -0 included; odd in y */
export function atan2F64(y: v128, x: v128): v128 {
  const one = constant<f64>(ONE);
  const infinite = constant<f64>(INFINITE);
  let a = f64x2.abs(y);
  let b = f64x2.abs(x);
  const larger = f64x2.max(a, b);
  let factor = choose(f64x2.gt(larger, constant<f64>(HUGE)), constant<f64>(SHRINK), one);
  factor = choose(f64x2.lt(larger, constant<f64>(TINY)), constant<f64>(STRETCH), factor);
  a = f64x2.mul(a, factor);
  b = f64x2.mul(b, factor);
  const bothInfinite = v128.and(f64x2.eq(a, infinite), f64x2.eq(b, infinite));
  a = choose(bothInfinite, one, a);
  b = choose(v128.or(bothInfinite, f64x2.eq(larger, i64x2.splat(0))), one, b);

  const angle = atanOfRatio(a, b);
  const turned = f64x2.sub(constant<f64>(PI), f64x2.sub(angle, constant<f64>(PI + 8)));
  const result = choose(i64x2.shr_s(x, 63), turned, angle);
  const known = v128.or(result, v128.and(y, constant<f64>(SIGN_BIT)));
  return v128.or(known, v128.or(f64x2.ne(x, x), f64x2.ne(y, y)));
}

/** q of asin x = x + x^3 q(x^2), |x| <= 1/2, relative error 2^-62 */
const ASIN = memory.data<f64>([
  0.02961201126495512, -0.01924167174674304, 0.019554513336123378, 0.0030448799094556773,
  0.009319560794767446, 0.009621842970100282, 0.011566459612121669, 0.01396378001220357,
  0.017352816540325496, 0.02237215744350722, 0.03038194447553234, 0.044642857142551895,
  0.07500000000000118, 0.16666666666666666,
]);
const ASIN_COUNT: i32 = 14;

// asin a = pi/2 - 2 asin r for a >= 1/2, with r = sqrt((1 - a) / 2) = high + low, high short

// @ts-ignore: decorator
@inline
function upperRoot(root: v128): v128 {
  return v128.and(root, constant<f64>(UPPER_BITS));
}

/** What the upper bits of the root of z lack. */
// @ts-ignore: decorator
@inline
function lowerRoot(z: v128, root: v128, high: v128): v128 {
  const rest = f64x2.div(f64x2.sub(z, f64x2.mul(high, high)), f64x2.add(root, high));
  return choose(f64x2.eq(z, i64x2.splat(0)), z, rest);
}

// @ts-ignore: decorator
@inline
function squareToUse(a: v128, small: v128): v128 {
  const half = constant<f64>(HALF);
  return choose(small, f64x2.mul(a, a), f64x2.mul(f64x2.sub(constant<f64>(ONE), a), half));
}

export function asinF64(x: v128): v128 {
  const two = constant<f64>(TWO);
  const a = f64x2.abs(x);
  const isSmall = f64x2.lt(a, constant<f64>(HALF));
  const z = squareToUse(a, isSmall);
  const rest = f64x2.mul(z, polynomial(ASIN, ASIN_COUNT, z));
  const small = f64x2.add(a, f64x2.mul(a, rest));

  const root = f64x2.sqrt(z);
  const high = upperRoot(root);
  const low = lowerRoot(z, root, high);
  const quarter = constant<f64>(QUARTER_PI);
  const corrected = f64x2.sub(constant<f64>(HALF_PI + 8), f64x2.mul(two, low));
  const minor = f64x2.sub(f64x2.mul(two, f64x2.mul(root, rest)), corrected);
  const major = f64x2.sub(quarter, f64x2.mul(two, high));
  const large = f64x2.sub(quarter, f64x2.sub(minor, major));
  return v128.or(choose(isSmall, small, large), v128.and(x, constant<f64>(SIGN_BIT)));
}

/** pi/2 - asin x for |x| < 1/2; 2 asin r for x >= 1/2; pi - 2 asin r, of -x, for x <= -1/2 */
export function acosF64(x: v128): v128 {
  const two = constant<f64>(TWO);
  const halfPi = constant<f64>(HALF_PI);
  const halfPiLow = constant<f64>(HALF_PI + 8);
  const a = f64x2.abs(x);
  const isSmall = f64x2.lt(a, constant<f64>(HALF));
  const z = squareToUse(a, isSmall);
  const rest = f64x2.mul(z, polynomial(ASIN, ASIN_COUNT, z));
  const small = f64x2.sub(halfPi, f64x2.sub(x, f64x2.sub(halfPiLow, f64x2.mul(x, rest))));

  const root = f64x2.sqrt(z);
  const high = upperRoot(root);
  const moved = f64x2.mul(root, rest);
  const right = f64x2.add(high, f64x2.add(moved, lowerRoot(z, root, high)));
  const left = f64x2.sub(halfPi, f64x2.add(root, f64x2.sub(moved, halfPiLow)));
  const large = f64x2.mul(two, choose(i64x2.shr_s(x, 63), left, right));
  return choose(isSmall, small, large);
}
