/**
 * sin, cos and tan of two f64 within 2 ulp, lane by lane: AssemblyScript's NativeMath (ports of musl's), and
 * for arguments so large that its reduction loses bits, our own: 2 / pi is multiplied with all of
 * the bits that matter (Payne and Hanek), and the quarter turn that is left comes in two parts.
 */

/** Up to here NativeMath reduces by parts of pi that are long enough. */
const LARGE: f64 = 1647000;

/** 64 zeros, and the first 1216 bits of 2 / pi behind the point. */
const TWO_OVER_PI = memory.data<u64>([
  0, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
  0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
  0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
  0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
  0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
]);

/** pi / 2 in two parts. */
const HALF_PI: f64 = 1.5707963267948966;
const HALF_PI_LOW: f64 = 6.123233995736766e-17;
/** 2^27 + 1: splits an f64 in two parts of 26 bits whose products are exact (Dekker). */
const SPLITTER: f64 = 134217729;

/** What `reduce` found: x = turns pi/2 + high + low, |high| <= pi/4. */
let turns: i32 = 0;
let high: f64 = 0;
let low: f64 = 0;

/** The upper 64 bits of a product of 128. */
function upperProduct(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const middle = a1 * b0 + ((a0 * b0) >> 32);
  const other = a0 * b1 + (middle & 0xffffffff);
  return a1 * b1 + (middle >> 32) + (other >> 32);
}

/** 64 bits of the table from bit `at` on. */
function bitsFrom(at: i32): u64 {
  const word = TWO_OVER_PI + <usize>((at >> 6) << 3);
  const shift = <u64>(at & 63);
  const first = load<u64>(word) << shift;
  return shift == 0 ? first : first | (load<u64>(word, 8) >> (64 - shift));
}

/** 2^exponent, of a normal number. */
// @ts-ignore: decorator
@inline
function powerOfTwo(exponent: i64): f64 {
  return reinterpret<f64>((exponent + 1023) << 52);
}

/** What the rounding of a b to `product` lost. */
function lostInProduct(a: f64, b: f64, product: f64): f64 {
  const splitA = a * SPLITTER;
  const a1 = splitA - (splitA - a);
  const a2 = a - a1;
  const splitB = b * SPLITTER;
  const b1 = splitB - (splitB - b);
  const b2 = b - b1;
  return a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2;
}

/** The quarter turn nearest to x, |x| > LARGE and finite, and what is left, to 2^-65 of it. */
function reduce(x: f64): void {
  const bits = reinterpret<u64>(x);
  const mantissa = (bits & 0x000fffffffffffff) | 0x0010000000000000;
  // |x| = mantissa 2^exponent; bits of 2 / pi that give multiples of four quarter turns are left out
  const exponent = <i32>((bits >> 52) & 0x7ff) - 1075;
  const at = exponent + 62;
  const w1 = bitsFrom(at + 64);
  const w2 = bitsFrom(at + 128);
  const carried = upperProduct(mantissa, w2);
  const lower = mantissa * w1 + carried;
  const upper =
    mantissa * bitsFrom(at) + upperProduct(mantissa, w1) + <u64>(lower < carried);

  // upper: two bits of quarter turns, then their fraction, which becomes one of [-1/2, 1/2)
  let fraction = (upper << 2) | (lower >> 62);
  let rest = lower << 2;
  const isNegative = <i64>fraction < 0;
  turns = <i32>(upper >> 62) + <i32>isNegative;
  if (isNegative) {
    rest = 0 - rest;
    fraction = ~fraction + <u64>(rest == 0);
  }
  const zeros = clz(fraction);
  if (zeros != 0) {
    fraction = (fraction << zeros) | (rest >> (64 - zeros));
    rest <<= zeros;
  }
  const f = <f64>(fraction >> 11) * powerOfTwo(-53 - <i64>zeros);
  const g = <f64>((fraction << 53) | (rest >> 11)) * powerOfTwo(-117 - <i64>zeros);

  // (f + g) pi / 2
  const product = f * HALF_PI;
  const lost = lostInProduct(f, HALF_PI, product);
  const correction = lost + (f * HALF_PI_LOW + g * HALF_PI);
  high = product + correction;
  low = correction - (high - product);
  const negative = isNegative != <i64>bits < 0;
  if (<i64>bits < 0) turns = -turns;
  if (negative) {
    high = -high;
    low = -low;
  }
}

// @ts-ignore: decorator
@inline
function isLarge(x: f64): bool {
  return abs(x) > LARGE && abs(x) < Infinity;
}

/** sin(high + low + quarter pi / 2) */
function sineOfReduced(quarter: i32): f64 {
  const sine = NativeMath.sin(high);
  const cosine = NativeMath.cos(high);
  const y = quarter & 1 ? cosine - low * sine : sine + low * cosine;
  return quarter & 2 ? -y : y;
}

function sine(x: f64): f64 {
  if (!isLarge(x)) return NativeMath.sin(x);
  reduce(x);
  return sineOfReduced(turns);
}

function cosine(x: f64): f64 {
  if (!isLarge(x)) return NativeMath.cos(x);
  reduce(x);
  return sineOfReduced(turns + 1);
}

/** q of cot r = 1 / r - r q(r^2), |r| <= pi / 4, relative error 2^-60 */
const COT = memory.data<f64>([
  3.140944007587101e-10, 2.1311514893836332e-9, 2.230396907701201e-8, 2.1921962318918262e-7,
  2.1644152155395462e-6, 2.137779733578931e-5, 0.00021164021181374563, 0.002116402116393728,
  0.02222222222222238, 0.3333333333333333,
]);
const COT_COUNT: i32 = 10;

/** cot(high + low) = c - (c lost + c^2 low + high q), c = 1 / high rounded */
function cotangentOfReduced(): f64 {
  const z = high * high;
  let q = load<f64>(COT);
  for (let i = 1; i < COT_COUNT; ++i) q = q * z + load<f64>(COT + (<usize>i << 3));
  const c = 1 / high;
  const product = high * c;
  const lost = product - 1 + lostInProduct(high, c, product);
  return c - (c * lost + c * c * low + high * q);
}

function tangent(x: f64): f64 {
  if (!isLarge(x)) return NativeMath.tan(x);
  reduce(x);
  if (turns & 1) return -cotangentOfReduced();
  const t = NativeMath.tan(high);
  return t + low * (1 + t * t);
}

// @ts-ignore: decorator
@inline
function pair(first: f64, second: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

export function sinF64(x: v128): v128 {
  return pair(sine(f64x2.extract_lane(x, 0)), sine(f64x2.extract_lane(x, 1)));
}

export function cosF64(x: v128): v128 {
  return pair(cosine(f64x2.extract_lane(x, 0)), cosine(f64x2.extract_lane(x, 1)));
}

export function tanF64(x: v128): v128 {
  return pair(tangent(f64x2.extract_lane(x, 0)), tangent(f64x2.extract_lane(x, 1)));
}
