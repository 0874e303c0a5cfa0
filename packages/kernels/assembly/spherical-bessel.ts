/**
 * `sphericalBessel_dtype(out, x, n, order)`: A_k(pi x), where A_k(u) = j_k(u) / u^k is a spherical Bessel function
 * without its zero at 0. A_0 is sin(u) / u, so that sinc and all its derivatives are made of them:
 * A_k' = -u A_(k+1). `out` may be `x`.
 */
import { elementAt } from './broadcast';

const PI: f64 = 3.141592653589793;

/** sum of (-u^2 / 2)^m / (m! (2k + 1)(2k + 3) ... (2k + 2m + 1)), over 1 3 ... (2k - 1), for |u| < k + 1 */
function bySeries(u: f64, order: i32): f64 {
  const z = -0.5 * u * u;
  let term: f64 = 1;
  for (let i = 1; i <= order; ++i) term /= <f64>(2 * i + 1);
  let sum = term;
  for (let m = 1; m < 40 + 2 * order; ++m) {
    term *= z / (<f64>m * <f64>(2 * (order + m) + 1));
    sum += term;
  }
  return sum;
}

/** A_(k+1) = ((2k + 1) A_k - A_(k-1)) / u^2 from A_0 and A_(-1) = cos u on: stable where |u| > k */
function byRecursion(x: f64, u: f64, order: i32): f64 {
  // sin pi x and cos pi x by the distance to the nearest whole number, which is exact
  const whole = nearest(x);
  const sign: f64 = whole * 0.5 == nearest(whole * 0.5) ? 1 : -1;
  const r = PI * (x - whole);
  let before = sign * NativeMath.cos(r);
  let value = (sign * NativeMath.sin(r)) / u;
  for (let k = 0; k < order; ++k) {
    const next = (<f64>(2 * k + 1) * value - before) / u / u;
    before = value;
    value = next;
  }
  return value;
}

// @ts-ignore: decorator
@inline
function sphericalBessel<T>(out: usize, x: usize, n: i32, order: i32): void {
  for (let i = 0; i < n; ++i) {
    const value = <f64>load<T>(elementAt<T>(x, i));
    const u = PI * value;
    const small = abs(u) < <f64>(order + 1);
    store<T>(elementAt<T>(out, i), <T>(small ? bySeries(u, order) : byRecursion(value, u, order)));
  }
}

export function sphericalBessel_f32(out: usize, x: usize, n: i32, order: i32): void { sphericalBessel<f32>(out, x, n, order); }
export function sphericalBessel_f64(out: usize, x: usize, n: i32, order: i32): void { sphericalBessel<f64>(out, x, n, order); }
