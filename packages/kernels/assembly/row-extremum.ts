/** The largest or smallest element of a contiguous row; a NaN wins, and -0 is below +0. */
import { elementAt } from './broadcast';
import { lanes } from './vector';

export class Larger {
  @inline of<T>(a: v128, b: v128): v128 { return v128.max<T>(a, b); }
  @inline beats<T>(a: T, b: T): bool { return a > b; }
}

export class Smaller {
  @inline of<T>(a: v128, b: v128): v128 { return v128.min<T>(a, b); }
  @inline beats<T>(a: T, b: T): bool { return a < b; }
}

/** The extremum of n contiguous elements, n >= 1. The order does not matter: v128.max has one winner. */
export function extremumOfRow<T, Which>(x: usize, n: i32): T {
  const which = changetype<Which>(0);
  let best = v128.load_splat<T>(x);
  if (n >= lanes<T>()) {
    // four chains, because a maximum that minds NaN takes several dependent instructions
    let second = best;
    let third = best;
    let fourth = best;
    const last = elementAt<T>(x, n - lanes<T>());
    for (; x + 48 <= last; x += 64) {
      best = which.of<T>(best, v128.load(x));
      second = which.of<T>(second, v128.load(x, 16));
      third = which.of<T>(third, v128.load(x, 32));
      fourth = which.of<T>(fourth, v128.load(x, 48));
    }
    for (; x <= last; x += 16) best = which.of<T>(best, v128.load(x));
    best = which.of<T>(which.of<T>(best, second), which.of<T>(third, fourth));
    best = which.of<T>(best, v128.load(last)); // again, for the elements behind the whole vectors
  } else {
    for (let i = 1; i < n; i++) best = which.of<T>(best, v128.load_splat<T>(elementAt<T>(x, i)));
  }
  best = which.of<T>(best, i64x2.shuffle(best, best, 1, 0));
  if (sizeof<T>() == 4) best = which.of<T>(best, i32x4.shuffle(best, best, 1, 0, 3, 2));
  return v128.extract_lane<T>(best, 0);
}
