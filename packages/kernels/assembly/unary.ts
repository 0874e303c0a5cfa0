/**
 * Elementwise functions of one tensor: `name_dtype(out, x, n)`, out[i] = f(x[i]). `out` may be `x`.
 *
 * An operation is a class whose method works on a vector of T; it has no state and no instance, the
 * type parameter alone brings it into the loop, where it is inlined.
 */
import * as elementary from './elementary';
import { lanes, loadUpTo, one, storePair, storeUpTo } from './vector';

// @ts-ignore: decorator
@inline
function unary<T, Operation>(out: usize, x: usize, n: i32): void {
  const operation = changetype<Operation>(0);
  // two vectors at offsets 0 and 16: V8's revectoriser makes one of 256 bits of them
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const first = operation.of<T>(v128.load(x));
    const second = operation.of<T>(v128.load(x, 16));
    storePair(out, first, second);
    x += 32;
    out += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(out, operation.of<T>(loadUpTo<T>(x, n)), n);
    x += 16;
    out += 16;
  }
}

// Exact: the sign, the square, rounding

class Neg { @inline of<T>(x: v128): v128 { return v128.neg<T>(x); } }
export function neg_f32(out: usize, x: usize, n: i32): void { unary<f32, Neg>(out, x, n); }
export function neg_f64(out: usize, x: usize, n: i32): void { unary<f64, Neg>(out, x, n); }
export function neg_i32(out: usize, x: usize, n: i32): void { unary<i32, Neg>(out, x, n); }

class Abs { @inline of<T>(x: v128): v128 { return v128.abs<T>(x); } }
export function abs_f32(out: usize, x: usize, n: i32): void { unary<f32, Abs>(out, x, n); }
export function abs_f64(out: usize, x: usize, n: i32): void { unary<f64, Abs>(out, x, n); }
export function abs_i32(out: usize, x: usize, n: i32): void { unary<i32, Abs>(out, x, n); }

/** 1, 0 or -1; 0 for a NaN, as in PyTorch */
class Sign {
  @inline of<T>(x: v128): v128 {
    const zero = v128.splat<T>(<T>0);
    const one = v128.splat<T>(<T>1);
    const positive = v128.and(v128.gt<T>(x, zero), one);
    return v128.sub<T>(positive, v128.and(v128.lt<T>(x, zero), one));
  }
}
export function sign_f32(out: usize, x: usize, n: i32): void { unary<f32, Sign>(out, x, n); }
export function sign_f64(out: usize, x: usize, n: i32): void { unary<f64, Sign>(out, x, n); }
export function sign_i32(out: usize, x: usize, n: i32): void { unary<i32, Sign>(out, x, n); }

class Square { @inline of<T>(x: v128): v128 { return v128.mul<T>(x, x); } }
export function square_f32(out: usize, x: usize, n: i32): void { unary<f32, Square>(out, x, n); }
export function square_f64(out: usize, x: usize, n: i32): void { unary<f64, Square>(out, x, n); }
export function square_i32(out: usize, x: usize, n: i32): void { unary<i32, Square>(out, x, n); }

class Relu {
  @inline of<T>(x: v128): v128 {
    if (isFloat<T>()) return elementary.relu<T>(x);
    return v128.max<T>(x, v128.splat<T>(<T>0));
  }
}
export function relu_f32(out: usize, x: usize, n: i32): void { unary<f32, Relu>(out, x, n); }
export function relu_f64(out: usize, x: usize, n: i32): void { unary<f64, Relu>(out, x, n); }
export function relu_i32(out: usize, x: usize, n: i32): void { unary<i32, Relu>(out, x, n); }

class Floor { @inline of<T>(x: v128): v128 { return v128.floor<T>(x); } }
export function floor_f32(out: usize, x: usize, n: i32): void { unary<f32, Floor>(out, x, n); }
export function floor_f64(out: usize, x: usize, n: i32): void { unary<f64, Floor>(out, x, n); }

class Ceil { @inline of<T>(x: v128): v128 { return v128.ceil<T>(x); } }
export function ceil_f32(out: usize, x: usize, n: i32): void { unary<f32, Ceil>(out, x, n); }
export function ceil_f64(out: usize, x: usize, n: i32): void { unary<f64, Ceil>(out, x, n); }

/** to the nearest integer, a half to the even one */
class Round { @inline of<T>(x: v128): v128 { return v128.nearest<T>(x); } }
export function round_f32(out: usize, x: usize, n: i32): void { unary<f32, Round>(out, x, n); }
export function round_f64(out: usize, x: usize, n: i32): void { unary<f64, Round>(out, x, n); }

class Trunc { @inline of<T>(x: v128): v128 { return v128.trunc<T>(x); } }
export function trunc_f32(out: usize, x: usize, n: i32): void { unary<f32, Trunc>(out, x, n); }
export function trunc_f64(out: usize, x: usize, n: i32): void { unary<f64, Trunc>(out, x, n); }

// Roots and reciprocals

class Sqrt { @inline of<T>(x: v128): v128 { return v128.sqrt<T>(x); } }
export function sqrt_f32(out: usize, x: usize, n: i32): void { unary<f32, Sqrt>(out, x, n); }
export function sqrt_f64(out: usize, x: usize, n: i32): void { unary<f64, Sqrt>(out, x, n); }

class Rsqrt {
  @inline of<T>(x: v128): v128 { return v128.div<T>(one<T>(), v128.sqrt<T>(x)); }
}
export function rsqrt_f32(out: usize, x: usize, n: i32): void { unary<f32, Rsqrt>(out, x, n); }
export function rsqrt_f64(out: usize, x: usize, n: i32): void { unary<f64, Rsqrt>(out, x, n); }

class Reciprocal {
  @inline of<T>(x: v128): v128 { return v128.div<T>(one<T>(), x); }
}
export function reciprocal_f32(out: usize, x: usize, n: i32): void { unary<f32, Reciprocal>(out, x, n); }
export function reciprocal_f64(out: usize, x: usize, n: i32): void { unary<f64, Reciprocal>(out, x, n); }

// Elementary functions

class Exp { @inline of<T>(x: v128): v128 { return elementary.exp<T>(x); } }
export function exp_f32(out: usize, x: usize, n: i32): void { unary<f32, Exp>(out, x, n); }
export function exp_f64(out: usize, x: usize, n: i32): void { unary<f64, Exp>(out, x, n); }

class Expm1 { @inline of<T>(x: v128): v128 { return elementary.expm1<T>(x); } }
export function expm1_f32(out: usize, x: usize, n: i32): void { unary<f32, Expm1>(out, x, n); }
export function expm1_f64(out: usize, x: usize, n: i32): void { unary<f64, Expm1>(out, x, n); }

class Log { @inline of<T>(x: v128): v128 { return elementary.log<T>(x); } }
export function log_f32(out: usize, x: usize, n: i32): void { unary<f32, Log>(out, x, n); }
export function log_f64(out: usize, x: usize, n: i32): void { unary<f64, Log>(out, x, n); }

class Log1p { @inline of<T>(x: v128): v128 { return elementary.log1p<T>(x); } }
export function log1p_f32(out: usize, x: usize, n: i32): void { unary<f32, Log1p>(out, x, n); }
export function log1p_f64(out: usize, x: usize, n: i32): void { unary<f64, Log1p>(out, x, n); }

class Sin { @inline of<T>(x: v128): v128 { return elementary.sin<T>(x); } }
export function sin_f32(out: usize, x: usize, n: i32): void { unary<f32, Sin>(out, x, n); }
export function sin_f64(out: usize, x: usize, n: i32): void { unary<f64, Sin>(out, x, n); }

class Cos { @inline of<T>(x: v128): v128 { return elementary.cos<T>(x); } }
export function cos_f32(out: usize, x: usize, n: i32): void { unary<f32, Cos>(out, x, n); }
export function cos_f64(out: usize, x: usize, n: i32): void { unary<f64, Cos>(out, x, n); }

class Tanh { @inline of<T>(x: v128): v128 { return elementary.tanh<T>(x); } }
export function tanh_f32(out: usize, x: usize, n: i32): void { unary<f32, Tanh>(out, x, n); }
export function tanh_f64(out: usize, x: usize, n: i32): void { unary<f64, Tanh>(out, x, n); }

class Sigmoid { @inline of<T>(x: v128): v128 { return elementary.sigmoid<T>(x); } }
export function sigmoid_f32(out: usize, x: usize, n: i32): void { unary<f32, Sigmoid>(out, x, n); }
export function sigmoid_f64(out: usize, x: usize, n: i32): void { unary<f64, Sigmoid>(out, x, n); }

class Tan { @inline of<T>(x: v128): v128 { return elementary.tan<T>(x); } }
export function tan_f32(out: usize, x: usize, n: i32): void { unary<f32, Tan>(out, x, n); }
export function tan_f64(out: usize, x: usize, n: i32): void { unary<f64, Tan>(out, x, n); }

class Exp2 { @inline of<T>(x: v128): v128 { return elementary.exp2<T>(x); } }
export function exp2_f32(out: usize, x: usize, n: i32): void { unary<f32, Exp2>(out, x, n); }
export function exp2_f64(out: usize, x: usize, n: i32): void { unary<f64, Exp2>(out, x, n); }

class Log2 { @inline of<T>(x: v128): v128 { return elementary.log2<T>(x); } }
export function log2_f32(out: usize, x: usize, n: i32): void { unary<f32, Log2>(out, x, n); }
export function log2_f64(out: usize, x: usize, n: i32): void { unary<f64, Log2>(out, x, n); }

class Log10 { @inline of<T>(x: v128): v128 { return elementary.log10<T>(x); } }
export function log10_f32(out: usize, x: usize, n: i32): void { unary<f32, Log10>(out, x, n); }
export function log10_f64(out: usize, x: usize, n: i32): void { unary<f64, Log10>(out, x, n); }

class Asin { @inline of<T>(x: v128): v128 { return elementary.asin<T>(x); } }
export function asin_f32(out: usize, x: usize, n: i32): void { unary<f32, Asin>(out, x, n); }
export function asin_f64(out: usize, x: usize, n: i32): void { unary<f64, Asin>(out, x, n); }

class Acos { @inline of<T>(x: v128): v128 { return elementary.acos<T>(x); } }
export function acos_f32(out: usize, x: usize, n: i32): void { unary<f32, Acos>(out, x, n); }
export function acos_f64(out: usize, x: usize, n: i32): void { unary<f64, Acos>(out, x, n); }

class Atan { @inline of<T>(x: v128): v128 { return elementary.atan<T>(x); } }
export function atan_f32(out: usize, x: usize, n: i32): void { unary<f32, Atan>(out, x, n); }
export function atan_f64(out: usize, x: usize, n: i32): void { unary<f64, Atan>(out, x, n); }

class Sinh { @inline of<T>(x: v128): v128 { return elementary.sinh<T>(x); } }
export function sinh_f32(out: usize, x: usize, n: i32): void { unary<f32, Sinh>(out, x, n); }
export function sinh_f64(out: usize, x: usize, n: i32): void { unary<f64, Sinh>(out, x, n); }

class Cosh { @inline of<T>(x: v128): v128 { return elementary.cosh<T>(x); } }
export function cosh_f32(out: usize, x: usize, n: i32): void { unary<f32, Cosh>(out, x, n); }
export function cosh_f64(out: usize, x: usize, n: i32): void { unary<f64, Cosh>(out, x, n); }

class Asinh { @inline of<T>(x: v128): v128 { return elementary.asinh<T>(x); } }
export function asinh_f32(out: usize, x: usize, n: i32): void { unary<f32, Asinh>(out, x, n); }
export function asinh_f64(out: usize, x: usize, n: i32): void { unary<f64, Asinh>(out, x, n); }

class Acosh { @inline of<T>(x: v128): v128 { return elementary.acosh<T>(x); } }
export function acosh_f32(out: usize, x: usize, n: i32): void { unary<f32, Acosh>(out, x, n); }
export function acosh_f64(out: usize, x: usize, n: i32): void { unary<f64, Acosh>(out, x, n); }

class Atanh { @inline of<T>(x: v128): v128 { return elementary.atanh<T>(x); } }
export function atanh_f32(out: usize, x: usize, n: i32): void { unary<f32, Atanh>(out, x, n); }
export function atanh_f64(out: usize, x: usize, n: i32): void { unary<f64, Atanh>(out, x, n); }

class Erf { @inline of<T>(x: v128): v128 { return elementary.erf<T>(x); } }
export function erf_f32(out: usize, x: usize, n: i32): void { unary<f32, Erf>(out, x, n); }
export function erf_f64(out: usize, x: usize, n: i32): void { unary<f64, Erf>(out, x, n); }
