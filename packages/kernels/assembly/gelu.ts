/**
 * GELU and its tanh form, `gelu_dtype(out, x, n)`, and the gradients through them,
 * `geluGrad_dtype(out, g, x, n)`; see `activations.ts`.
 */
import { sigmoid } from './elementary';
import { erfcF64, gaussianF64 } from './error-function';
import { geluF32, geluSlopeF32 } from './gelu-f32';
import { map, pull } from './map';
import { constantOf, one } from './vector';

const SQRT_HALF: f64 = 0.7071067811865476;
/** 1 / sqrt(2 pi) */
const NORMAL_DENSITY: f64 = 0.3989422804014327;

/** The standard normal distribution at two f64: erfc(-x / sqrt 2) / 2 */
// @ts-ignore: decorator
@inline
function normalBelow(x: v128): v128 {
  return f64x2.mul(f64x2.splat(0.5), erfcF64(f64x2.mul(x, f64x2.splat(-SQRT_HALF))));
}

/** x Phi(x), Phi being the standard normal distribution */
class Gelu {
  @inline of<T>(x: v128, p: v128, q: v128, r: v128): v128 {
    return sizeof<T>() == 4 ? geluF32(x) : f64x2.mul(x, normalBelow(x));
  }
}
export function gelu_f32(out: usize, x: usize, n: i32): void { map<f32, Gelu>(out, x, n, 0, 0, 0); }
export function gelu_f64(out: usize, x: usize, n: i32): void { map<f64, Gelu>(out, x, n, 0, 0, 0); }

// @ts-ignore: decorator
@inline
function geluSlopeF64(x: v128): v128 {
  const density = gaussianF64(f64x2.mul(f64x2.abs(x), f64x2.splat(SQRT_HALF)));
  const moved = f64x2.mul(x, f64x2.mul(density, f64x2.splat(NORMAL_DENSITY)));
  return f64x2.add(normalBelow(x), moved);
}

/** Phi(x) + x phi(x), phi being the standard normal density */
class GeluSlope {
  @inline of<T>(x: v128, p: v128, q: v128, r: v128): v128 {
    return sizeof<T>() == 4 ? geluSlopeF32(x) : geluSlopeF64(x);
  }
}
export function geluGrad_f32(out: usize, g: usize, x: usize, n: i32): void { pull<f32, GeluSlope>(out, g, x, n, 0, 0, 0); }
export function geluGrad_f64(out: usize, g: usize, x: usize, n: i32): void { pull<f64, GeluSlope>(out, g, x, n, 0, 0, 0); }

/** 2 sqrt(2 / pi), that times 0.044715, and that times three */
const LINEAR_F32 = memory.data<f32>([1.5957691216057308]);
const LINEAR_F64 = memory.data<f64>([1.5957691216057308]);
const CUBIC_F32 = memory.data<f32>([0.07135481627260025]);
const CUBIC_F64 = memory.data<f64>([0.07135481627260025]);
const CUBIC_SLOPE_F32 = memory.data<f32>([0.21406444881780073]);
const CUBIC_SLOPE_F64 = memory.data<f64>([0.21406444881780073]);

// @ts-ignore: decorator
@inline
function linear<T>(): v128 {
  return constantOf<T>(LINEAR_F32, LINEAR_F64);
}

/** The argument of the sigmoid: twice that of the tanh. */
// @ts-ignore: decorator
@inline
function inner<T>(x: v128): v128 {
  const cubic = v128.mul<T>(constantOf<T>(CUBIC_F32, CUBIC_F64), v128.mul<T>(x, x));
  return v128.mul<T>(x, v128.add<T>(linear<T>(), cubic));
}

/** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 = x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)) */
class GeluTanh {
  @inline of<T>(x: v128, p: v128, q: v128, r: v128): v128 {
    return v128.mul<T>(x, sigmoid<T>(inner<T>(x)));
  }
}
export function geluTanh_f32(out: usize, x: usize, n: i32): void { map<f32, GeluTanh>(out, x, n, 0, 0, 0); }
export function geluTanh_f64(out: usize, x: usize, n: i32): void { map<f64, GeluTanh>(out, x, n, 0, 0, 0); }

/** s (1 + x (1 - s) u'), s = sigmoid(u) */
class GeluTanhSlope {
  @inline of<T>(x: v128, p: v128, q: v128, r: v128): v128 {
    const s = sigmoid<T>(inner<T>(x));
    const cubic = v128.mul<T>(constantOf<T>(CUBIC_SLOPE_F32, CUBIC_SLOPE_F64), v128.mul<T>(x, x));
    const slope = v128.add<T>(linear<T>(), cubic);
    const rest = v128.mul<T>(v128.sub<T>(one<T>(), s), v128.mul<T>(x, slope));
    return v128.mul<T>(s, v128.add<T>(one<T>(), rest));
  }
}
export function geluTanhGrad_f32(out: usize, g: usize, x: usize, n: i32): void { pull<f32, GeluTanhSlope>(out, g, x, n, 0, 0, 0); }
export function geluTanhGrad_f64(out: usize, g: usize, x: usize, n: i32): void { pull<f64, GeluTanhSlope>(out, g, x, n, 0, 0, 0); }
