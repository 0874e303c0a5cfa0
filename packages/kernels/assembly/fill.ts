/** `fill_dtype(out, value, n)`: every element becomes `value`. */
import { lanes, storeUpTo } from './vector';

// @ts-ignore: decorator
@inline
function fill<T>(out: usize, value: T, n: i32): void {
  const vector = v128.splat<T>(value);
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(out, vector, n);
    out += 16;
  }
}

export function fill_f32(out: usize, value: f32, n: i32): void { fill<f32>(out, value, n); }
export function fill_f64(out: usize, value: f64, n: i32): void { fill<f64>(out, value, n); }
export function fill_i32(out: usize, value: i32, n: i32): void { fill<i32>(out, value, n); }
export function fill_u8(out: usize, value: i32, n: i32): void { memory.fill(out, <u8>value, n); }
