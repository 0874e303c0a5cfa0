/**
 * Gradients of activations from their results y: `nameGrad_dtype(out, g, y, n)`. `out` may be `g` or `y`.
 */
import { combine } from './broadcast';
import { one } from './vector';

/** g where y > 0, else 0; a NaN in y lets g pass, as in PyTorch. */
class ReluGrad {
  @inline of<T>(g: v128, y: v128): v128 {
    return v128.andnot(g, v128.le<T>(y, v128.splat<T>(<T>0)));
  }
}
export function reluGrad_f32(out: usize, g: usize, y: usize, n: i32): void { combine<f32, ReluGrad>(out, g, y, n); }
export function reluGrad_f64(out: usize, g: usize, y: usize, n: i32): void { combine<f64, ReluGrad>(out, g, y, n); }

/** g (1 - y) y */
class SigmoidGrad {
  @inline of<T>(g: v128, y: v128): v128 {
    const slope = v128.mul<T>(v128.sub<T>(one<T>(), y), y);
    return v128.mul<T>(g, slope);
  }
}
export function sigmoidGrad_f32(out: usize, g: usize, y: usize, n: i32): void { combine<f32, SigmoidGrad>(out, g, y, n); }
export function sigmoidGrad_f64(out: usize, g: usize, y: usize, n: i32): void { combine<f64, SigmoidGrad>(out, g, y, n); }

/** g (1 - y^2) */
class TanhGrad {
  @inline of<T>(g: v128, y: v128): v128 {
    return v128.mul<T>(g, v128.sub<T>(one<T>(), v128.mul<T>(y, y)));
  }
}
export function tanhGrad_f32(out: usize, g: usize, y: usize, n: i32): void { combine<f32, TanhGrad>(out, g, y, n); }
export function tanhGrad_f64(out: usize, g: usize, y: usize, n: i32): void { combine<f64, TanhGrad>(out, g, y, n); }
