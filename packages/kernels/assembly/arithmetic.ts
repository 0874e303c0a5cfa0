/** Functions of two numbers with broadcasting: `name_dtype(out, a, b, n, meta)`; see `broadcast.ts`. */
import { broadcast } from './broadcast';
import { atan2 } from './elementary';
import { power } from './power';
import { choose } from './vector';

class Add { @inline of<T>(a: v128, b: v128): v128 { return v128.add<T>(a, b); } }
export function add_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Add>(out, a, b, n, meta); }
export function add_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Add>(out, a, b, n, meta); }
export function add_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<i32, Add>(out, a, b, n, meta); }

class Sub { @inline of<T>(a: v128, b: v128): v128 { return v128.sub<T>(a, b); } }
export function sub_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Sub>(out, a, b, n, meta); }
export function sub_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Sub>(out, a, b, n, meta); }
export function sub_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<i32, Sub>(out, a, b, n, meta); }

class Mul { @inline of<T>(a: v128, b: v128): v128 { return v128.mul<T>(a, b); } }
export function mul_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Mul>(out, a, b, n, meta); }
export function mul_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Mul>(out, a, b, n, meta); }
export function mul_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<i32, Mul>(out, a, b, n, meta); }

class Div { @inline of<T>(a: v128, b: v128): v128 { return v128.div<T>(a, b); } }
export function div_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Div>(out, a, b, n, meta); }
export function div_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Div>(out, a, b, n, meta); }

/** The smaller one; NaN if either is, and -0 below +0. */
class Minimum { @inline of<T>(a: v128, b: v128): v128 { return v128.min<T>(a, b); } }
export function minimum_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Minimum>(out, a, b, n, meta); }
export function minimum_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Minimum>(out, a, b, n, meta); }
export function minimum_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<i32, Minimum>(out, a, b, n, meta); }

/** The larger one; NaN if either is, and -0 below +0. */
class Maximum { @inline of<T>(a: v128, b: v128): v128 { return v128.max<T>(a, b); } }
export function maximum_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Maximum>(out, a, b, n, meta); }
export function maximum_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Maximum>(out, a, b, n, meta); }
export function maximum_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<i32, Maximum>(out, a, b, n, meta); }

function powerF32(x: f32, y: f32): f32 {
  return <f32>power(<f64>x, <f64>y);
}

function powerLanes<T>(x: v128, y: v128): v128 {
  if (sizeof<T>() == 8) {
    const first = power(f64x2.extract_lane(x, 0), f64x2.extract_lane(y, 0));
    const second = power(f64x2.extract_lane(x, 1), f64x2.extract_lane(y, 1));
    return f64x2.replace_lane(f64x2.splat(first), 1, second);
  }
  let z = f32x4.splat(powerF32(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0)));
  z = f32x4.replace_lane(z, 1, powerF32(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1)));
  z = f32x4.replace_lane(z, 2, powerF32(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2)));
  return f32x4.replace_lane(z, 3, powerF32(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3)));
}

class Pow { @inline of<T>(a: v128, b: v128): v128 { return powerLanes<T>(a, b); } }
export function pow_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Pow>(out, a, b, n, meta); }
export function pow_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Pow>(out, a, b, n, meta); }

class Atan2 { @inline of<T>(a: v128, b: v128): v128 { return atan2<T>(a, b); } }
export function atan2_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Atan2>(out, a, b, n, meta); }
export function atan2_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Atan2>(out, a, b, n, meta); }

/** The magnitude of a with the sign of b, that of a zero or a NaN included. */
class Copysign {
  @inline of<T>(a: v128, b: v128): v128 {
    return choose(v128.splat<T>(<T>-0.0), b, a);
  }
}
export function copysign_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Copysign>(out, a, b, n, meta); }
export function copysign_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Copysign>(out, a, b, n, meta); }
