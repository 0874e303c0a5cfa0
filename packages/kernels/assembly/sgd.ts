/**
 * Stochastic gradient descent as PyTorch's, one pass:
 *
 *   d = g gradScale + weightDecay p;  m' = momentum m + d;  d = d + momentum m' (Nesterov) or m'
 *   p' = p - lr d
 *
 * in the dtype of the parameter, to which the scalars are rounded first. Without momentum `m` and `mTo` are not
 * touched (and 0). A result may be written to where its source is.
 */
import { lanes, loadUpTo, storeUpTo } from './vector';

// @ts-ignore: decorator
@inline
function sgd<T>(
  pTo: usize,
  p: usize,
  g: usize,
  mTo: usize,
  m: usize,
  n: i32,
  lr: f64,
  momentum: f64,
  weightDecay: f64,
  nesterov: i32,
  gradScale: f64,
): void {
  const rate = v128.splat<T>(<T>lr);
  const keep = v128.splat<T>(<T>momentum);
  const decay = v128.splat<T>(<T>weightDecay);
  const scale = v128.splat<T>(<T>gradScale);
  for (; n > 0; n -= lanes<T>()) {
    const parameter = loadUpTo<T>(p, n);
    let d = v128.mul<T>(loadUpTo<T>(g, n), scale);
    // a term that is off is left out: 0 times an infinite parameter would be NaN
    if (weightDecay != 0) d = v128.add<T>(d, v128.mul<T>(decay, parameter));
    if (momentum != 0) {
      const velocity = v128.add<T>(v128.mul<T>(keep, loadUpTo<T>(m, n)), d);
      storeUpTo<T>(mTo, velocity, n);
      d = nesterov ? v128.add<T>(d, v128.mul<T>(keep, velocity)) : velocity;
      m += 16;
      mTo += 16;
    }
    storeUpTo<T>(pTo, v128.sub<T>(parameter, v128.mul<T>(rate, d)), n);
    p += 16;
    g += 16;
    pTo += 16;
  }
}

export function sgd_f32(pTo: usize, p: usize, g: usize, mTo: usize, m: usize, n: i32, lr: f64, momentum: f64, weightDecay: f64, nesterov: i32, gradScale: f64): void {
  sgd<f32>(pTo, p, g, mTo, m, n, lr, momentum, weightDecay, nesterov, gradScale);
}

export function sgd_f64(pTo: usize, p: usize, g: usize, mTo: usize, m: usize, n: i32, lr: f64, momentum: f64, weightDecay: f64, nesterov: i32, gradScale: f64): void {
  sgd<f64>(pTo, p, g, mTo, m, n, lr, momentum, weightDecay, nesterov, gradScale);
}
