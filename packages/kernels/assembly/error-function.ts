/**
 * The error function of two f64 within 2 ulp, and its complement within 4 ulp, which the normal
 * distribution of GELU needs where 1 - erf would be all cancellation.
 */
import { expF64 } from './elementary-f64';
import { polynomial } from './polynomial';
import { choose, constant } from './vector';

const ONE = memory.data<f64>([1]);
const TWO = memory.data<f64>([2]);
const HALF = memory.data<f64>([0.5]);
const FOUR = memory.data<f64>([4]);
const SIXTH = memory.data<f64>([0.16666666666666666]);
const SIGN_BIT = memory.data<u64>([0x8000000000000000]);

/** q of erf x = x + x q(x^2), |x| <= 1 */
const ERF = memory.data<f64>([
  5.957176147748911e-11, -1.1372848856791674e-9, 1.4659775274047436e-8, -1.6350312701054695e-7,
  1.6461000484121368e-6, -1.4925595266831182e-5, 0.0001205533111164271, -0.000854832698083379,
  0.0052239776248180145, -0.026866170645076792, 0.11283791670954879, -0.3761263890318375,
  0.1283791670955126,
]);
const ERF_COUNT: i32 = 13;

/** p of e^(a^2) erfc a = p((a - 4) / (a + 4)) / (1 + 2a), a >= 1/2, relative error 2^-56 */
const ERFC = memory.data<f64>([
  3.4238599655102397e-9, -9.752941425191894e-9, -2.30775672736564e-8, 1.0358588303681392e-7,
  8.187721285705348e-8, -8.199551611794782e-7, 2.880833478272064e-7, 5.706822301859325e-6,
  -1.1219239450968377e-5, -2.4398198695781975e-5, 0.0001506208125905374, -0.00019925692900828166,
  -0.0007577731198845029, 0.0050319700130714105, -0.016197734077877748, 0.03716751553423657,
  -0.06633036581087434, 0.09373283499851863, -0.10103906603634742, 0.06809705425468858,
  0.01537965210262021, -0.1396211168405625, 1.2329951186255526,
]);
const ERFC_COUNT: i32 = 23;

/** From here on both e^(-a^2) and erfc a are 0. */
const TOP = memory.data<f64>([28]);
/** The upper 26 bits of a fraction: their square is exact. */
const UPPER_BITS = memory.data<u64>([0xfffffffff8000000]);

/** e^(-a^2), a >= 0: of the square of a's upper bits h, and of d = (a - h)(a + h) by its series */
export function gaussianF64(a: v128): v128 {
  const bounded = f64x2.pmin(a, constant<f64>(TOP));
  const h = v128.and(bounded, constant<f64>(UPPER_BITS));
  const d = f64x2.mul(f64x2.sub(bounded, h), f64x2.add(bounded, h));
  const cubic = f64x2.sub(constant<f64>(HALF), f64x2.mul(d, constant<f64>(SIXTH)));
  const rest = f64x2.mul(d, f64x2.sub(f64x2.mul(d, cubic), constant<f64>(ONE)));
  const main = expF64(f64x2.neg(f64x2.mul(h, h)));
  return f64x2.add(main, f64x2.mul(main, rest));
}

/** erf x for |x| <= 1 */
// @ts-ignore: decorator
@inline
function erfSmall(x: v128): v128 {
  return f64x2.add(x, f64x2.mul(x, polynomial(ERF, ERF_COUNT, f64x2.mul(x, x))));
}

/** erfc a for a >= 1/2 */
// @ts-ignore: decorator
@inline
function erfcLarge(a: v128): v128 {
  const four = constant<f64>(FOUR);
  const bounded = f64x2.pmin(a, constant<f64>(TOP));
  const t = f64x2.div(f64x2.sub(bounded, four), f64x2.add(bounded, four));
  const scale = f64x2.add(constant<f64>(ONE), f64x2.add(bounded, bounded));
  return f64x2.mul(gaussianF64(bounded), f64x2.div(polynomial(ERFC, ERFC_COUNT, t), scale));
}

export function erfF64(x: v128): v128 {
  const one = constant<f64>(ONE);
  const a = f64x2.abs(x);
  const y = choose(f64x2.lt(a, one), erfSmall(a), f64x2.sub(one, erfcLarge(a)));
  return v128.or(y, v128.and(x, constant<f64>(SIGN_BIT)));
}

export function erfcF64(x: v128): v128 {
  const a = f64x2.abs(x);
  const tail = erfcLarge(a);
  const large = choose(i64x2.shr_s(x, 63), f64x2.sub(constant<f64>(TWO), tail), tail);
  const near = f64x2.lt(a, constant<f64>(HALF));
  return choose(near, f64x2.sub(constant<f64>(ONE), erfSmall(x)), large);
}
