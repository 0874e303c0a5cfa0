/**
 * Activations with numbers of their own, and those worth a pass of their own:
 * `name_dtype(out, x, n, numbers...)`, out[i] = f(x[i]), and the gradients through them from their arguments,
 * `nameGrad_dtype(out, g, x, n, numbers...)`, out[i] = g[i] f'(x[i]). `out` may be an operand.
 */
import { exp, expm1, log1pExp, sigmoid } from './elementary';
import { map, pull } from './map';
import { choose, one } from './vector';

// @ts-ignore: decorator
@inline
function isPositive<T>(x: v128): v128 {
  return v128.gt<T>(x, v128.splat<T>(<T>0));
}

/** x, or `slope` x where x is not positive */
class LeakyRelu {
  @inline of<T>(x: v128, slope: v128, q: v128, r: v128): v128 {
    return choose(isPositive<T>(x), x, v128.mul<T>(x, slope));
  }
}
export function leakyRelu_f32(out: usize, x: usize, n: i32, slope: f64): void { map<f32, LeakyRelu>(out, x, n, slope, 0, 0); }
export function leakyRelu_f64(out: usize, x: usize, n: i32, slope: f64): void { map<f64, LeakyRelu>(out, x, n, slope, 0, 0); }

class LeakyReluSlope {
  @inline of<T>(x: v128, slope: v128, q: v128, r: v128): v128 {
    return choose(isPositive<T>(x), one<T>(), slope);
  }
}
export function leakyReluGrad_f32(out: usize, g: usize, x: usize, n: i32, slope: f64): void { pull<f32, LeakyReluSlope>(out, g, x, n, slope, 0, 0); }
export function leakyReluGrad_f64(out: usize, g: usize, x: usize, n: i32, slope: f64): void { pull<f64, LeakyReluSlope>(out, g, x, n, slope, 0, 0); }

/** `scale` x, or `depth` (e^(`rate` x) - 1) where x is not positive */
class Elu {
  @inline of<T>(x: v128, scale: v128, depth: v128, rate: v128): v128 {
    const bent = v128.mul<T>(depth, expm1<T>(v128.mul<T>(x, rate)));
    return choose(isPositive<T>(x), v128.mul<T>(x, scale), bent);
  }
}
export function elu_f32(out: usize, x: usize, n: i32, scale: f64, depth: f64, rate: f64): void { map<f32, Elu>(out, x, n, scale, depth, rate); }
export function elu_f64(out: usize, x: usize, n: i32, scale: f64, depth: f64, rate: f64): void { map<f64, Elu>(out, x, n, scale, depth, rate); }

class EluSlope {
  @inline of<T>(x: v128, scale: v128, depth: v128, rate: v128): v128 {
    const bent = v128.mul<T>(v128.mul<T>(depth, rate), exp<T>(v128.mul<T>(x, rate)));
    return choose(isPositive<T>(x), scale, bent);
  }
}
export function eluGrad_f32(out: usize, g: usize, x: usize, n: i32, scale: f64, depth: f64, rate: f64): void { pull<f32, EluSlope>(out, g, x, n, scale, depth, rate); }
export function eluGrad_f64(out: usize, g: usize, x: usize, n: i32, scale: f64, depth: f64, rate: f64): void { pull<f64, EluSlope>(out, g, x, n, scale, depth, rate); }

/** log(1 + e^(`beta` x)) / `beta`; x itself where `beta` x is above `threshold` */
class Softplus {
  @inline of<T>(x: v128, beta: v128, threshold: v128, r: v128): v128 {
    const z = v128.mul<T>(x, beta);
    // max(z, 0) + log(1 + e^-|z|): nothing overflows, and nothing is lost where z is very negative
    const above = v128.pmax<T>(z, v128.splat<T>(<T>0));
    const rest = log1pExp<T>(z);
    const y = v128.div<T>(v128.add<T>(above, rest), beta);
    return choose(v128.gt<T>(z, threshold), x, y);
  }
}
export function softplus_f32(out: usize, x: usize, n: i32, beta: f64, threshold: f64): void { map<f32, Softplus>(out, x, n, beta, threshold, 0); }
export function softplus_f64(out: usize, x: usize, n: i32, beta: f64, threshold: f64): void { map<f64, Softplus>(out, x, n, beta, threshold, 0); }

class SoftplusSlope {
  @inline of<T>(x: v128, beta: v128, threshold: v128, r: v128): v128 {
    const z = v128.mul<T>(x, beta);
    return choose(v128.gt<T>(z, threshold), one<T>(), sigmoid<T>(z));
  }
}
export function softplusGrad_f32(out: usize, g: usize, x: usize, n: i32, beta: f64, threshold: f64): void { pull<f32, SoftplusSlope>(out, g, x, n, beta, threshold, 0); }
export function softplusGrad_f64(out: usize, g: usize, x: usize, n: i32, beta: f64, threshold: f64): void { pull<f64, SoftplusSlope>(out, g, x, n, beta, threshold, 0); }

/** x sigmoid(x) */
class Silu {
  @inline of<T>(x: v128, p: v128, q: v128, r: v128): v128 {
    return v128.mul<T>(x, sigmoid<T>(x));
  }
}
export function silu_f32(out: usize, x: usize, n: i32): void { map<f32, Silu>(out, x, n, 0, 0, 0); }
export function silu_f64(out: usize, x: usize, n: i32): void { map<f64, Silu>(out, x, n, 0, 0, 0); }

/** s (1 + x (1 - s)), s = sigmoid(x) */
class SiluSlope {
  @inline of<T>(x: v128, p: v128, q: v128, r: v128): v128 {
    const s = sigmoid<T>(x);
    const rest = v128.mul<T>(x, v128.sub<T>(one<T>(), s));
    return v128.mul<T>(s, v128.add<T>(one<T>(), rest));
  }
}
export function siluGrad_f32(out: usize, g: usize, x: usize, n: i32): void { pull<f32, SiluSlope>(out, g, x, n, 0, 0, 0); }
export function siluGrad_f64(out: usize, g: usize, x: usize, n: i32): void { pull<f64, SiluSlope>(out, g, x, n, 0, 0, 0); }
