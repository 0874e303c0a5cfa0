/**
 * GELU and its slope for four f32, within 4 ulp, also where the normal distribution Phi is small: with
 * a = |x|, both are found from a Gaussian e^(-a^2 / 2) times a function that a polynomial in a fraction of a gives.
 */
import {
  expm1SmallF32,
  HALF,
  LN2_HIGH,
  LN2_LOW,
  ONE,
  ROUNDER,
  scaleF32,
  TWO,
} from './elementary-f32';
import { choose, constant, horner } from './vector';

const QUARTER = memory.data<f32>([0.25]);
/** -1 / (2 ln 2) */
const MINUS_HALF_LOG2_E = memory.data<f32>([-0.7213475204444817]);

/** From here on x e^(-x^2 / 2) rounds to 0. */
const TOP = memory.data<f32>([15]);
/** The upper 12 bits of a fraction: their square is exact. */
const UPPER_BITS = memory.data<u32>([0xfffff000]);

/** y e^(-a^2 / 2), 0 <= a <= TOP: of the square of a's upper bits h, and of (a - h)(a + h) */
// @ts-ignore: decorator
@inline
function timesGaussian(y: v128, a: v128): v128 {
  const h = v128.and(a, constant<f32>(UPPER_BITS));
  const half = constant<f32>(HALF);
  const main = f32x4.mul(f32x4.mul(h, h), half);
  const rest = f32x4.mul(f32x4.mul(f32x4.sub(a, h), f32x4.add(a, h)), half);
  const octave = f32x4.add(
    f32x4.mul(f32x4.mul(a, a), constant<f32>(MINUS_HALF_LOG2_E)),
    constant<f32>(ROUNDER),
  );
  const k = f32x4.sub(octave, constant<f32>(ROUNDER));
  const low = f32x4.add(f32x4.mul(k, constant<f32>(LN2_LOW)), rest);
  const high = f32x4.add(f32x4.mul(k, constant<f32>(LN2_HIGH)), main); // exact
  const power = expm1SmallF32(f32x4.neg(f32x4.add(high, low)));
  return scaleF32(f32x4.add(y, f32x4.mul(y, power)), octave);
}

/** p of 1 / (e^(a^2 / 2) Phi(-a)) = 2 + a p(1 / (1 + BEND a)), relative error of the sum 2^-27 */
const TAIL = memory.data<f32>([
  -0.44650349020957947, 2.3431172370910645, -4.910451889038086, 5.114516258239746,
  -2.8542606830596924, 1.2370356321334839, -0.4318380057811737, -0.3334474265575409,
  -0.6291898488998413, 2.5067906379699707,
]);
const BEND = memory.data<f32>([0.3125]);

/** x Phi(x) = x - a Phi(-a) above 0, else -a Phi(-a) */
// @ts-ignore: decorator
@inline
export function geluF32(x: v128): v128 {
  const one = constant<f32>(ONE);
  const a = f32x4.pmin(f32x4.abs(x), constant<f32>(TOP));
  const s = f32x4.div(one, f32x4.add(one, f32x4.mul(a, constant<f32>(BEND))));
  let p = horner<f32>(constant<f32>(TAIL), s, TAIL + 4);
  p = horner<f32>(p, s, TAIL + 8);
  p = horner<f32>(p, s, TAIL + 12);
  p = horner<f32>(p, s, TAIL + 16);
  p = horner<f32>(p, s, TAIL + 20);
  p = horner<f32>(p, s, TAIL + 24);
  p = horner<f32>(p, s, TAIL + 28);
  p = horner<f32>(p, s, TAIL + 32);
  p = horner<f32>(p, s, TAIL + 36);
  const ratio = f32x4.div(a, f32x4.add(constant<f32>(TWO), f32x4.mul(a, p)));
  const step = v128.and(f32x4.gt(x, i32x4.splat(0)), one);
  // a product, for -infinity is to give NaN, as -infinity times 0 does
  return f32x4.sub(f32x4.mul(x, step), timesGaussian(ratio, a));
}

/** The zero of the slope is at -(ZERO + ZERO_LOW). */
const ZERO = memory.data<f32>([0.7517915368080139]);
const ZERO_LOW = memory.data<f32>([-1.211444945855772e-8]);

/** p of e^(a^2 / 2) (Phi(-a) - a phi(a)) = (ZERO - a) p(u - 1), u = a / (1 + a / 4), relative error 2^-24 */
const SLOPE = memory.data<f32>([
  1.237429955835978e-6, -1.1461120266176295e-5, -1.275940394407371e-5, 0.0007870483677834272,
  -0.006345306057482958, 0.029702618718147278, -0.09507652372121811, 0.5331664085388184,
]);

/** Phi(x) + x phi(x), phi being the density: Phi(-a) - a phi(a) below 0, else 1 less that */
// @ts-ignore: decorator
@inline
export function geluSlopeF32(x: v128): v128 {
  const one = constant<f32>(ONE);
  const unbounded = f32x4.abs(x);
  const a = f32x4.pmin(unbounded, constant<f32>(TOP));
  const scale = f32x4.add(one, f32x4.mul(unbounded, constant<f32>(QUARTER)));
  const u = f32x4.div(unbounded, scale); // NaN at infinity, as 0 times infinity is
  const v = f32x4.sub(u, one);
  let p = horner<f32>(constant<f32>(SLOPE), v, SLOPE + 4);
  p = horner<f32>(p, v, SLOPE + 8);
  p = horner<f32>(p, v, SLOPE + 12);
  p = horner<f32>(p, v, SLOPE + 16);
  p = horner<f32>(p, v, SLOPE + 20);
  p = horner<f32>(p, v, SLOPE + 24);
  p = horner<f32>(p, v, SLOPE + 28);
  const distance = f32x4.add(f32x4.sub(constant<f32>(ZERO), a), constant<f32>(ZERO_LOW));
  const below = timesGaussian(f32x4.mul(distance, p), a);
  return choose(i32x4.shr_s(x, 31), below, f32x4.sub(one, below));
}
