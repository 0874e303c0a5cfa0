/**
 * Binary cross-entropy from logits x and targets t: loss = log(1 + e^-|x|) + |x| (1 - t where x > 0, else t),
 * which is max(x, 0) - x t + log(1 + e^-|x|) without its cancellation. Elementwise, no reduction.
 */
import { combine } from './broadcast';
import { log1pExp, sigmoid } from './elementary';
import { choose, lanes, loadUpTo, one, storeUpTo } from './vector';

class BceWithLogits {
  @inline of<T>(x: v128, t: v128): v128 {
    const size = v128.abs<T>(x);
    const positive = v128.gt<T>(x, v128.splat<T>(<T>0));
    const weight = choose(positive, v128.sub<T>(one<T>(), t), t);
    const rest = log1pExp<T>(x);
    return v128.add<T>(v128.mul<T>(size, weight), rest);
  }
}

/** `bceWithLogits_dtype(loss, x, t, n)` */
export function bceWithLogits_f32(loss: usize, x: usize, t: usize, n: i32): void { combine<f32, BceWithLogits>(loss, x, t, n); }
export function bceWithLogits_f64(loss: usize, x: usize, t: usize, n: i32): void { combine<f64, BceWithLogits>(loss, x, t, n); }

/** g (sigmoid(x) - t); for x > 0 as (1 - t) - sigmoid(-x), which keeps its digits where sigmoid(x) is near 1 */
// @ts-ignore: decorator
@inline
function gradient<T>(g: v128, x: v128, t: v128): v128 {
  const positive = v128.gt<T>(x, v128.splat<T>(<T>0));
  const small = sigmoid<T>(v128.neg<T>(v128.abs<T>(x)));
  const slope = choose(
    positive,
    v128.sub<T>(v128.sub<T>(one<T>(), t), small),
    v128.sub<T>(small, t),
  );
  return v128.mul<T>(g, slope);
}

/** `bceWithLogitsGrad_dtype(out, g, x, t, n)` */
// @ts-ignore: decorator
@inline
function bceWithLogitsGrad<T>(out: usize, g: usize, x: usize, t: usize, n: i32): void {
  for (; n > 0; n -= lanes<T>()) {
    const y = gradient<T>(loadUpTo<T>(g, n), loadUpTo<T>(x, n), loadUpTo<T>(t, n));
    storeUpTo<T>(out, y, n);
    out += 16;
    g += 16;
    x += 16;
    t += 16;
  }
}

export function bceWithLogitsGrad_f32(out: usize, g: usize, x: usize, t: usize, n: i32): void { bceWithLogitsGrad<f32>(out, g, x, t, n); }
export function bceWithLogitsGrad_f64(out: usize, g: usize, x: usize, t: usize, n: i32): void { bceWithLogitsGrad<f64>(out, g, x, t, n); }
