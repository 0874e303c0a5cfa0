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
import { lanes, loadUpTo, storeUpTo } from './vector';

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
  const decay = v128.splat<T>(<T>(decoupled ? 1 - lr * weightDecay : weightDecay));
  const scale = v128.splat<T>(<T>gradScale);
  const decays = weightDecay != 0;
  let at: usize = 0;
  for (; n > 0; n -= lanes<T>()) {
    let parameter = loadUpTo<T>(p + at, n);
    let d = v128.mul<T>(loadUpTo<T>(g + at, n), scale);
    // a term that is off is left out: 0 times an infinite parameter would be NaN
    if (decays) {
      const decayed = v128.mul<T>(parameter, decay);
      if (decoupled) parameter = decayed;
      else d = v128.add<T>(d, decayed);
    }
    const mean = v128.add<T>(v128.mul<T>(loadUpTo<T>(m + at, n), keep1), v128.mul<T>(take1, d));
    const square = v128.mul<T>(v128.mul<T>(take2, d), d);
    const spread = v128.add<T>(v128.mul<T>(loadUpTo<T>(v + at, n), keep2), square);
    const size = v128.add<T>(v128.div<T>(v128.sqrt<T>(spread), root), epsilon);
    const change = v128.div<T>(v128.mul<T>(rate, mean), size);
    storeUpTo<T>(mTo + at, mean, n);
    storeUpTo<T>(vTo + at, spread, n);
    storeUpTo<T>(pTo + at, v128.sub<T>(parameter, change), n);
    at += 16;
  }
}

export function adam_f32(pTo: usize, p: usize, g: usize, mTo: usize, m: usize, vTo: usize, v: usize, n: i32, lr: f64, beta1: f64, beta2: f64, eps: f64, weightDecay: f64, decoupled: i32, correction1: f64, correction2: f64, gradScale: f64): void {
  adam<f32>(pTo, p, g, mTo, m, vTo, v, n, lr, beta1, beta2, eps, weightDecay, decoupled, correction1, correction2, gradScale);
}

export function adam_f64(pTo: usize, p: usize, g: usize, mTo: usize, m: usize, vTo: usize, v: usize, n: i32, lr: f64, beta1: f64, beta2: f64, eps: f64, weightDecay: f64, decoupled: i32, correction1: f64, correction2: f64, gradScale: f64): void {
  adam<f64>(pTo, p, g, mTo, m, vTo, v, n, lr, beta1, beta2, eps, weightDecay, decoupled, correction1, correction2, gradScale);
}
