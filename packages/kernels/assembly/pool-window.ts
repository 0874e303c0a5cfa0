/**
 * The windows of 2-d pooling: output [y, x] sees rows [y sh - top, y sh - top + kh) and columns
 * likewise, as far as they exist.
 */

/** The first row (or column) of a window that exists. */
// @ts-ignore: decorator
@inline
export function windowStart(i: i32, step: i32, pad: i32): i32 {
  return max(0, i * step - pad);
}

/** The same where the rows of a window are `rate` apart. */
// @ts-ignore: decorator
@inline
export function dilatedStart(i: i32, step: i32, pad: i32, rate: i32): i32 {
  const first = i * step - pad;
  return first >= 0 ? first : first + ((rate - 1 - first) / rate) * rate;
}

/** Behind the last row (or column) of a window that exists. */
// @ts-ignore: decorator
@inline
export function windowEnd(i: i32, step: i32, pad: i32, extent: i32, limit: i32): i32 {
  return min(limit, i * step - pad + extent);
}

/**
 * How many rows (or columns) of a window lie in the padded plane: all, but where the output was rounded up.
 */
// @ts-ignore: decorator
@inline
export function paddedExtent(i: i32, step: i32, pad: i32, extent: i32, limit: i32): i32 {
  return min(extent, limit + 2 * pad - i * step);
}

/**
 * Whether windows are 2 by 2, side by side, without padding: the pooling that most networks use.
 */
// @ts-ignore: decorator
@inline
export function isHalving(kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32): bool {
  return kh == 2 && kw == 2 && sh == 2 && sw == 2 && top == 0 && left == 0;
}

/** The lanes 0, 2, .. (of f32: 4 of 8, of f64: 2 of 4) of two vectors. */
// @ts-ignore: decorator
@inline
export function evenLanes<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? v128.shuffle<i32>(a, b, 0, 2, 4, 6) : v128.shuffle<i64>(a, b, 0, 2);
}

/** The lanes 1, 3, .. of two vectors. */
// @ts-ignore: decorator
@inline
export function oddLanes<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? v128.shuffle<i32>(a, b, 1, 3, 5, 7) : v128.shuffle<i64>(a, b, 1, 3);
}

/** Stores the lanes of two vectors in turns. */
// @ts-ignore: decorator
@inline
export function storeInTurns<T>(at: usize, even: v128, odd: v128): void {
  if (sizeof<T>() == 4) {
    v128.store(at, v128.shuffle<i32>(even, odd, 0, 4, 1, 5));
    v128.store(at, v128.shuffle<i32>(even, odd, 2, 6, 3, 7), 16);
  } else {
    v128.store(at, v128.shuffle<i64>(even, odd, 0, 2));
    v128.store(at, v128.shuffle<i64>(even, odd, 1, 3), 16);
  }
}
