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
  const decays = weightDecay != 0;
  const moves = momentum != 0;
  const ahead = nesterov != 0;
  let at: usize = 0;
  for (; n >= lanes<T>(); n -= lanes<T>()) {
    const full = lanes<T>();
    step<T>(pTo, p, g, mTo, m, at, full, rate, keep, decay, scale, decays, moves, ahead);
    at += 16;
  }
  if (n > 0) step<T>(pTo, p, g, mTo, m, at, n, rate, keep, decay, scale, decays, moves, ahead);
}

/** The first n elements, at most a vector's, from byte `at` on. */
// @ts-ignore: decorator
@inline
function step<T>(
  pTo: usize,
  p: usize,
  g: usize,
  mTo: usize,
  m: usize,
  at: usize,
  n: i32,
  rate: v128,
  keep: v128,
  decay: v128,
  scale: v128,
  decays: bool,
  moves: bool,
  ahead: bool,
): void {
  const parameter = loadUpTo<T>(p + at, n);
  let d = v128.mul<T>(loadUpTo<T>(g + at, n), scale);
  // a term that is off is left out: 0 times an infinite parameter would be NaN
  if (decays) d = v128.add<T>(d, v128.mul<T>(decay, parameter));
  if (moves) {
    const velocity = v128.add<T>(v128.mul<T>(keep, loadUpTo<T>(m + at, n)), d);
    storeUpTo<T>(mTo + at, velocity, n);
    d = ahead ? v128.add<T>(d, v128.mul<T>(keep, velocity)) : velocity;
  }
  storeUpTo<T>(pTo + at, v128.sub<T>(parameter, v128.mul<T>(rate, d)), n);
}

export function sgd_f32(pTo: usize, p: usize, g: usize, mTo: usize, m: usize, n: i32, lr: f64, momentum: f64, weightDecay: f64, nesterov: i32, gradScale: f64): void {
  sgd<f32>(pTo, p, g, mTo, m, n, lr, momentum, weightDecay, nesterov, gradScale);
}

export function sgd_f64(pTo: usize, p: usize, g: usize, mTo: usize, m: usize, n: i32, lr: f64, momentum: f64, weightDecay: f64, nesterov: i32, gradScale: f64): void {
  sgd<f64>(pTo, p, g, mTo, m, n, lr, momentum, weightDecay, nesterov, gradScale);
}
