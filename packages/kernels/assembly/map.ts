/** Loops over one tensor for functions that have up to three numbers of their own. */
import { lanes, loadUpTo, storePair, storeUpTo } from './vector';

/** out[i] = Operation(x[i]) */
// @ts-ignore: decorator
@inline
export function map<T, Operation>(out: usize, x: usize, n: i32, p: f64, q: f64, r: f64): void {
  const operation = changetype<Operation>(0);
  const first = v128.splat<T>(<T>p);
  const second = v128.splat<T>(<T>q);
  const third = v128.splat<T>(<T>r);
  // two vectors at offsets 0 and 16: V8's revectoriser makes one of 256 bits of them
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const y = operation.of<T>(v128.load(x), first, second, third);
    const next = operation.of<T>(v128.load(x, 16), first, second, third);
    storePair(out, y, next);
    x += 32;
    out += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(out, operation.of<T>(loadUpTo<T>(x, n), first, second, third), n);
    x += 16;
    out += 16;
  }
}

/** out[i] = g[i] Slope(x[i]) */
// @ts-ignore: decorator
@inline
export function pull<T, Slope>(
  out: usize,
  g: usize,
  x: usize,
  n: i32,
  p: f64,
  q: f64,
  r: f64,
): void {
  const slope = changetype<Slope>(0);
  const first = v128.splat<T>(<T>p);
  const second = v128.splat<T>(<T>q);
  const third = v128.splat<T>(<T>r);
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const y = v128.mul<T>(v128.load(g), slope.of<T>(v128.load(x), first, second, third));
    const next = v128.mul<T>(v128.load(g, 16), slope.of<T>(v128.load(x, 16), first, second, third));
    storePair(out, y, next);
    g += 32;
    x += 32;
    out += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    const factor = slope.of<T>(loadUpTo<T>(x, n), first, second, third);
    storeUpTo<T>(out, v128.mul<T>(loadUpTo<T>(g, n), factor), n);
    g += 16;
    x += 16;
    out += 16;
  }
}
