/**
 * Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019) as PyTorch's, one pass:
 *
 *   d = g gradScale + weightDecay p           (Adam; AdamW instead: p = p (1 - lr weightDecay))
 *   m' = beta1 m + (1 - beta1) d;  v' = beta2 v + (1 - beta2) d d
 *   p' = p - (lr / correction1) m' / (sqrt v' / sqrt correction2 + eps),  correction = 1 - beta^step
 *
 * in the dtype of the parameter; the scalars are combined in f64 and then rounded to it. A result may be
 * written to where its source is.
 */
import { choose, lanes, loadUpTo, storePair, storeUpTo } from './vector';

// @ts-ignore: decorator
@inline
function adam<T>(
  pTo: usize,
  p: usize,
  g: usize,
  mTo: usize,
  m: usize,
  vTo: usize,
  v: usize,
  n: i32,
  lr: f64,
  beta1: f64,
  beta2: f64,
  eps: f64,
  weightDecay: f64,
  decoupled: i32,
  correction1: f64,
  correction2: f64,
  gradScale: f64,
): void {
  const keep1 = v128.splat<T>(<T>beta1);
  const take1 = v128.splat<T>(<T>(1 - beta1));
  const keep2 = v128.splat<T>(<T>beta2);
  const take2 = v128.splat<T>(<T>(1 - beta2));
  const epsilon = v128.splat<T>(<T>eps);
  const rate = v128.splat<T>(<T>(lr / correction1));
  const root = v128.splat<T>(<T>sqrt<f64>(correction2));
  const decay = v128.splat<T>(<T>weightDecay);
  const shrink = v128.splat<T>(<T>(decoupled && weightDecay != 0 ? 1 - lr * weightDecay : 1));
  // a term that is off is left out: 0 times an infinite parameter would be NaN
  const decays = i32x4.splat(-<i32>(!decoupled && weightDecay != 0));
  const scale = v128.splat<T>(<T>gradScale);
  let at: usize = 0;
  // two vectors at offsets 0 and 16: V8's revectoriser makes one of 256 bits of them
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const old = v128.load(p + at);
    const oldNext = v128.load(p + at, 16);
    const d = gradient<T>(old, v128.load(g + at), scale, decay, decays);
    const dNext = gradient<T>(oldNext, v128.load(g + at, 16), scale, decay, decays);
    const mean = average<T>(v128.load(m + at), keep1, v128.mul<T>(take1, d));
    const meanNext = average<T>(v128.load(m + at, 16), keep1, v128.mul<T>(take1, dNext));
    const spread = average<T>(v128.load(v + at), keep2, square<T>(take2, d));
    const spreadNext = average<T>(v128.load(v + at, 16), keep2, square<T>(take2, dNext));
    const y = step<T>(v128.mul<T>(old, shrink), mean, spread, rate, root, epsilon);
    const next = step<T>(v128.mul<T>(oldNext, shrink), meanNext, spreadNext, rate, root, epsilon);
    storePair(mTo + at, mean, meanNext);
    storePair(vTo + at, spread, spreadNext);
    storePair(pTo + at, y, next);
    at += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    const old = loadUpTo<T>(p + at, n);
    const d = gradient<T>(old, loadUpTo<T>(g + at, n), scale, decay, decays);
    const mean = average<T>(loadUpTo<T>(m + at, n), keep1, v128.mul<T>(take1, d));
    const spread = average<T>(loadUpTo<T>(v + at, n), keep2, square<T>(take2, d));
    const y = step<T>(v128.mul<T>(old, shrink), mean, spread, rate, root, epsilon);
    storeUpTo<T>(mTo + at, mean, n);
    storeUpTo<T>(vTo + at, spread, n);
    storeUpTo<T>(pTo + at, y, n);
    at += 16;
  }
}

/** g scale, and p decay more where the mask `decays` is set */
// @ts-ignore: decorator
@inline
function gradient<T>(p: v128, g: v128, scale: v128, decay: v128, decays: v128): v128 {
  const d = v128.mul<T>(g, scale);
  return choose(decays, v128.add<T>(d, v128.mul<T>(p, decay)), d);
}

// @ts-ignore: decorator
@inline
function average<T>(old: v128, keep: v128, taken: v128): v128 {
  return v128.add<T>(v128.mul<T>(old, keep), taken);
}

// @ts-ignore: decorator
@inline
function square<T>(take: v128, d: v128): v128 {
  return v128.mul<T>(v128.mul<T>(take, d), d);
}

// @ts-ignore: decorator
@inline
function step<T>(p: v128, mean: v128, spread: v128, rate: v128, root: v128, epsilon: v128): v128 {
  const size = v128.add<T>(v128.div<T>(v128.sqrt<T>(spread), root), epsilon);
  return v128.sub<T>(p, v128.div<T>(v128.mul<T>(rate, mean), size));
}

export function adam_f32(pTo: usize, p: usize, g: usize, mTo: usize, m: usize, vTo: usize, v: usize, n: i32, lr: f64, beta1: f64, beta2: f64, eps: f64, weightDecay: f64, decoupled: i32, correction1: f64, correction2: f64, gradScale: f64): void {
  adam<f32>(pTo, p, g, mTo, m, vTo, v, n, lr, beta1, beta2, eps, weightDecay, decoupled, correction1, correction2, gradScale);
}

export function adam_f64(pTo: usize, p: usize, g: usize, mTo: usize, m: usize, vTo: usize, v: usize, n: i32, lr: f64, beta1: f64, beta2: f64, eps: f64, weightDecay: f64, decoupled: i32, correction1: f64, correction2: f64, gradScale: f64): void {
  adam<f64>(pTo, p, g, mTo, m, vTo, v, n, lr, beta1, beta2, eps, weightDecay, decoupled, correction1, correction2, gradScale);
}
