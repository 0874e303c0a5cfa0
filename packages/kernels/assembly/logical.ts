/** Logic on u8 truth values (0 is false, anything else true): out is 0 or 1. */
import { broadcast } from './broadcast';

/** 1 where x is not 0 */
// @ts-ignore: decorator
@inline
function truth(x: v128): v128 {
  return v128.and(i8x16.ne(x, i8x16.splat(0)), i8x16.splat(1));
}

class And { @inline of<T>(a: v128, b: v128): v128 { return v128.and(truth(a), truth(b)); } }
export function and_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<u8, And>(out, a, b, n, meta); }

class Or { @inline of<T>(a: v128, b: v128): v128 { return truth(v128.or(a, b)); } }
export function or_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<u8, Or>(out, a, b, n, meta); }

class Xor { @inline of<T>(a: v128, b: v128): v128 { return v128.xor(truth(a), truth(b)); } }
export function xor_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<u8, Xor>(out, a, b, n, meta); }

/** `not_u8(out, x, n)`; `out` may be `x`. */
export function not_u8(out: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u8>(out + i, load<u8>(x + i) == 0);
}

export function any_u8(x: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) if (load<u8>(x + i)) return 1;
  return 0;
}

export function all_u8(x: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) if (!load<u8>(x + i)) return 0;
  return 1;
}
