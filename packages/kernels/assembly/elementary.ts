/**
 * Elementary functions of a vector of f32 or f64, for every kernel that needs one: the same bits
 * wherever they are used, in an epilogue, a body or a tail.
 */
import {
  expF32,
  expm1F32,
  log1pExpF32,
  log1pF32,
  logF32,
  sigmoidF32,
  tanhF32,
} from './elementary-f32';
import {
  exp2F64,
  expF64,
  expm1F64,
  log1pF64,
  logF64,
  sigmoidF64,
  tanhF64,
} from './elementary-f64';
import { erfF64 } from './error-function';
import { erfF32 } from './error-function-f32';
import { acoshF64, asinhF64, atanhF64, coshF64, sinhF64 } from './hyperbolic';
import { acosF64, asinF64, atan2F64, atanF64 } from './inverse-trigonometric';
import { log10F64, log2F64 } from './logarithm';
import { throughF64, throughF64Both } from './through-f64';
import { cosF32, sinF32, tanF32 } from './trigonometric-f32';
import { cosF64, sinF64, tanF64 } from './trigonometric-f64';

// @ts-ignore: decorator
@inline
export function exp<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? expF32(x) : expF64(x);
}

// @ts-ignore: decorator
@inline
export function expm1<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? expm1F32(x) : expm1F64(x);
}

// @ts-ignore: decorator
@inline
export function log<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? logF32(x) : logF64(x);
}

// @ts-ignore: decorator
@inline
export function log1p<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? log1pF32(x) : log1pF64(x);
}

/** log(1 + e^-|x|); any number at a NaN */
// @ts-ignore: decorator
@inline
export function log1pExp<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? log1pExpF32(x) : log1pF64(expF64(f64x2.neg(f64x2.abs(x))));
}

// @ts-ignore: decorator
@inline
export function sin<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? sinF32(x) : sinF64(x);
}

// @ts-ignore: decorator
@inline
export function cos<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? cosF32(x) : cosF64(x);
}

// @ts-ignore: decorator
@inline
export function tanh<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? tanhF32(x) : tanhF64(x);
}

// @ts-ignore: decorator
@inline
export function sigmoid<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? sigmoidF32(x) : sigmoidF64(x);
}

// @ts-ignore: decorator
@inline
export function erf<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? erfF32(x) : erfF64(x);
}

/** max(0, x); a NaN stays, and -0 stays -0, as in PyTorch. */
// @ts-ignore: decorator
@inline
export function relu<T>(x: v128): v128 {
  return v128.pmax<T>(x, v128.splat<T>(<T>0));
}

// @ts-ignore: decorator
@inline
export function tan<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? tanF32(x) : tanF64(x);
}

class Exp2 { @inline of(x: v128): v128 { return exp2F64(x); } }
// @ts-ignore: decorator
@inline
export function exp2<T>(x: v128): v128 {
  return throughF64<T, Exp2>(x);
}

class Log2 { @inline of(x: v128): v128 { return log2F64(x); } }
// @ts-ignore: decorator
@inline
export function log2<T>(x: v128): v128 {
  return throughF64<T, Log2>(x);
}

class Log10 { @inline of(x: v128): v128 { return log10F64(x); } }
// @ts-ignore: decorator
@inline
export function log10<T>(x: v128): v128 {
  return throughF64<T, Log10>(x);
}

class Asin { @inline of(x: v128): v128 { return asinF64(x); } }
// @ts-ignore: decorator
@inline
export function asin<T>(x: v128): v128 {
  return throughF64<T, Asin>(x);
}

class Acos { @inline of(x: v128): v128 { return acosF64(x); } }
// @ts-ignore: decorator
@inline
export function acos<T>(x: v128): v128 {
  return throughF64<T, Acos>(x);
}

class Atan { @inline of(x: v128): v128 { return atanF64(x); } }
// @ts-ignore: decorator
@inline
export function atan<T>(x: v128): v128 {
  return throughF64<T, Atan>(x);
}

class Sinh { @inline of(x: v128): v128 { return sinhF64(x); } }
// @ts-ignore: decorator
@inline
export function sinh<T>(x: v128): v128 {
  return throughF64<T, Sinh>(x);
}

class Cosh { @inline of(x: v128): v128 { return coshF64(x); } }
// @ts-ignore: decorator
@inline
export function cosh<T>(x: v128): v128 {
  return throughF64<T, Cosh>(x);
}

class Asinh { @inline of(x: v128): v128 { return asinhF64(x); } }
// @ts-ignore: decorator
@inline
export function asinh<T>(x: v128): v128 {
  return throughF64<T, Asinh>(x);
}

class Acosh { @inline of(x: v128): v128 { return acoshF64(x); } }
// @ts-ignore: decorator
@inline
export function acosh<T>(x: v128): v128 {
  return throughF64<T, Acosh>(x);
}

class Atanh { @inline of(x: v128): v128 { return atanhF64(x); } }
// @ts-ignore: decorator
@inline
export function atanh<T>(x: v128): v128 {
  return throughF64<T, Atanh>(x);
}

class Atan2 { @inline of(y: v128, x: v128): v128 { return atan2F64(y, x); } }
// @ts-ignore: decorator
@inline
export function atan2<T>(y: v128, x: v128): v128 {
  return throughF64Both<T, Atan2>(y, x);
}
