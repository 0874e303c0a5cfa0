/** Hyperbolic functions of two f64 and their inverses, within 2 ulp over the whole range. */
import { expm1ReducedF64, octaveF64, scaleF64 } from './elementary-f64';
import { log1pPair, twiceAtanhRest } from './logarithm';
import { polynomial } from './polynomial';
import { choose, constant } from './vector';

const ONE = memory.data<f64>([1]);
const TWO = memory.data<f64>([2]);
const HALF = memory.data<f64>([0.5]);
const QUARTER = memory.data<f64>([0.25]);
const INFINITE = memory.data<f64>([Infinity]);
const SIGN_BIT = memory.data<u64>([0x8000000000000000]);

// @ts-ignore: decorator
@inline
function signOf(x: v128): v128 {
  return v128.and(x, constant<f64>(SIGN_BIT));
}

/** From here on e^x / 2 is infinite. */
const TOP = memory.data<f64>([711]);
const ONE_OCTAVE = memory.data<i64>([1]);

/** e^a / 2 + sign e^-a / 2 for a >= 0, the first term in two parts, so that only the last sum rounds. */
// @ts-ignore: decorator
@inline
function halfSum(a: v128, sign: v128): v128 {
  const one = constant<f64>(ONE);
  const bounded = f64x2.pmin(a, constant<f64>(TOP));
  const octave = octaveF64(bounded);
  const p = expm1ReducedF64(bounded, octave);
  const power = f64x2.add(one, p);
  const lost = f64x2.sub(p, f64x2.sub(power, one));
  const halved = i64x2.sub(octave, constant<f64>(ONE_OCTAVE));
  const high = scaleF64(power, halved);
  const inverse = v128.xor(f64x2.div(constant<f64>(QUARTER), high), sign);
  return f64x2.add(high, f64x2.add(scaleF64(lost, halved), inverse));
}

/** q of sinh x = x + x^3 q(x^2), |x| <= 1 */
const SINH = memory.data<f64>([
  7.746178593018827e-13, 1.6057679623801638e-10, 2.5052117695907823e-8, 2.7557319191381816e-6,
  0.00019841269841324198, 0.008333333333333299, 0.16666666666666666,
]);
const SINH_COUNT: i32 = 7;

export function sinhF64(x: v128): v128 {
  const a = f64x2.abs(x);
  const z = f64x2.mul(a, a);
  const small = f64x2.add(a, f64x2.mul(f64x2.mul(a, z), polynomial(SINH, SINH_COUNT, z)));
  const y = choose(f64x2.lt(a, constant<f64>(ONE)), small, halfSum(a, constant<f64>(SIGN_BIT)));
  return v128.or(y, signOf(x));
}

export function coshF64(x: v128): v128 {
  return halfSum(f64x2.abs(x), i64x2.splat(0));
}

/** Where x^2 + 1 and x^2 - 1 are x^2, and the function is log 2x. */
const LARGE = memory.data<f64>([268435456]);

/** log(1 + w + low), or log 2a where a is large; a itself at infinity and NaN */
// @ts-ignore: decorator
@inline
function logOrLarge(a: v128, w: v128, low: v128): v128 {
  const large = f64x2.gt(a, constant<f64>(LARGE));
  const y = log1pPair(
    choose(large, f64x2.sub(a, constant<f64>(ONE)), w),
    v128.andnot(low, large),
    v128.and(large, constant<f64>(ONE)),
  );
  return choose(f64x2.lt(a, constant<f64>(INFINITE)), y, a);
}

/** asinh a = log(1 + a + t), t = a^2 / (1 + sqrt(1 + a^2)); odd */
export function asinhF64(x: v128): v128 {
  const one = constant<f64>(ONE);
  const a = f64x2.abs(x);
  const square = f64x2.mul(a, a);
  const root = f64x2.sqrt(f64x2.add(one, square));
  const t = f64x2.div(square, f64x2.add(one, root)); // below a
  const w = f64x2.add(a, t);
  return v128.or(logOrLarge(a, w, f64x2.sub(t, f64x2.sub(w, a))), signOf(x));
}

/** acosh x = log(1 + t + s), t = x - 1, s = sqrt(2t + t^2); NaN below 1 */
export function acoshF64(x: v128): v128 {
  const t = f64x2.sub(x, constant<f64>(ONE));
  const s = f64x2.sqrt(f64x2.mul(t, f64x2.add(t, constant<f64>(TWO)))); // above t
  const w = f64x2.add(s, t);
  const y = logOrLarge(x, w, f64x2.sub(t, f64x2.sub(w, s)));
  return v128.or(y, f64x2.lt(x, constant<f64>(ONE)));
}

/** Up to here atanh is that of the logarithm. */
const ATANH_SMALL = memory.data<f64>([0.17]);

/** atanh a = log(1 + 2a / (1 - a)) / 2; odd, infinite at 1, NaN beyond */
export function atanhF64(x: v128): v128 {
  const one = constant<f64>(ONE);
  const a = f64x2.abs(x);
  const rest = f64x2.mul(constant<f64>(HALF), twiceAtanhRest(f64x2.mul(a, a)));
  const small = f64x2.add(a, f64x2.mul(a, rest));
  const d = f64x2.sub(one, a);
  const lost = f64x2.sub(f64x2.sub(one, d), a);
  const w = f64x2.div(f64x2.add(a, a), d);
  const low = f64x2.neg(f64x2.div(f64x2.mul(w, lost), d));
  const large = f64x2.mul(constant<f64>(HALF), log1pPair(w, low, i64x2.splat(0)));
  let y = choose(f64x2.le(a, constant<f64>(ATANH_SMALL)), small, large);
  y = choose(f64x2.eq(a, one), constant<f64>(INFINITE), y);
  return v128.or(v128.or(y, f64x2.gt(a, one)), v128.or(signOf(x), f64x2.ne(x, x)));
}
