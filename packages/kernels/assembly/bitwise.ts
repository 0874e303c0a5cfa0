/**
 * Functions of the bits of whole numbers, with broadcasting: `name_dtype(out, a, b, n, meta)`; for `meta`
 * see `broadcast.ts`.
 */
import { broadcast } from './broadcast';
import { lanes, loadUpTo, storeUpTo } from './vector';

class And { @inline of<T>(a: v128, b: v128): v128 { return v128.and(a, b); } }
export function bitwiseAnd_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<i32, And>(out, a, b, n, meta); }
export function bitwiseAnd_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<u8, And>(out, a, b, n, meta); }

class Or { @inline of<T>(a: v128, b: v128): v128 { return v128.or(a, b); } }
export function bitwiseOr_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<i32, Or>(out, a, b, n, meta); }
export function bitwiseOr_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<u8, Or>(out, a, b, n, meta); }

class Xor { @inline of<T>(a: v128, b: v128): v128 { return v128.xor(a, b); } }
export function bitwiseXor_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<i32, Xor>(out, a, b, n, meta); }
export function bitwiseXor_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<u8, Xor>(out, a, b, n, meta); }

// @ts-ignore: decorator
@inline
function not<T>(out: usize, x: usize, n: i32): void {
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(out, v128.not(loadUpTo<T>(x, n)), n);
    x += 16;
    out += 16;
  }
}
export function bitwiseNot_i32(out: usize, x: usize, n: i32): void { not<i32>(out, x, n); }
export function bitwiseNot_u8(out: usize, x: usize, n: i32): void { not<u8>(out, x, n); }

/** a 2^b; no bit stays where b is 32 or more, or negative. */
// @ts-ignore: decorator
@inline
function left(a: i32, b: i32): i32 {
  return <u32>b < 32 ? a << b : 0;
}

/** floor(a / 2^b); the sign alone stays where b is 32 or more, or negative. */
// @ts-ignore: decorator
@inline
function right(a: i32, b: i32): i32 {
  return a >> (<u32>b < 32 ? b : 31);
}

class LeftShift {
  of<T>(a: v128, b: v128): v128 {
    let y = i32x4.splat(left(i32x4.extract_lane(a, 0), i32x4.extract_lane(b, 0)));
    y = i32x4.replace_lane(y, 1, left(i32x4.extract_lane(a, 1), i32x4.extract_lane(b, 1)));
    y = i32x4.replace_lane(y, 2, left(i32x4.extract_lane(a, 2), i32x4.extract_lane(b, 2)));
    return i32x4.replace_lane(y, 3, left(i32x4.extract_lane(a, 3), i32x4.extract_lane(b, 3)));
  }
}
export function leftShift_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<i32, LeftShift>(out, a, b, n, meta); }

class RightShift {
  of<T>(a: v128, b: v128): v128 {
    let y = i32x4.splat(right(i32x4.extract_lane(a, 0), i32x4.extract_lane(b, 0)));
    y = i32x4.replace_lane(y, 1, right(i32x4.extract_lane(a, 1), i32x4.extract_lane(b, 1)));
    y = i32x4.replace_lane(y, 2, right(i32x4.extract_lane(a, 2), i32x4.extract_lane(b, 2)));
    return i32x4.replace_lane(y, 3, right(i32x4.extract_lane(a, 3), i32x4.extract_lane(b, 3)));
  }
}
export function rightShift_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<i32, RightShift>(out, a, b, n, meta); }
