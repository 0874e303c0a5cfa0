/**
 * `cast_from_to(out, x, n)`. A float becomes an integer by truncation; beyond the range of i32 it becomes
 * the nearest i32, and NaN becomes 0. u8 keeps the low eight bits of that i32. f64 to f32 rounds to
 * nearest. `cast_from_bool` is 1 where x is not 0 (a NaN is not), else 0.
 */

// @ts-ignore: decorator
@inline
function cast<From, To>(out: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const value = load<From>(x);
    if (isFloat<From>() && !isFloat<To>()) store<To>(out, <To><i32>value);
    else store<To>(out, <To>value);
    x += sizeof<From>();
    out += sizeof<To>();
  }
}

// @ts-ignore: decorator
@inline
function castToBool<From>(out: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<u8>(out, <u8>(load<From>(x) != <From>0));
    x += sizeof<From>();
    out++;
  }
}

export function cast_f32_f64(out: usize, x: usize, n: i32): void { cast<f32, f64>(out, x, n); }
export function cast_f32_i32(out: usize, x: usize, n: i32): void { cast<f32, i32>(out, x, n); }
export function cast_f32_u8(out: usize, x: usize, n: i32): void { cast<f32, u8>(out, x, n); }
export function cast_f32_bool(out: usize, x: usize, n: i32): void { castToBool<f32>(out, x, n); }
export function cast_f64_f32(out: usize, x: usize, n: i32): void { cast<f64, f32>(out, x, n); }
export function cast_f64_i32(out: usize, x: usize, n: i32): void { cast<f64, i32>(out, x, n); }
export function cast_f64_u8(out: usize, x: usize, n: i32): void { cast<f64, u8>(out, x, n); }
export function cast_f64_bool(out: usize, x: usize, n: i32): void { castToBool<f64>(out, x, n); }
export function cast_i32_f32(out: usize, x: usize, n: i32): void { cast<i32, f32>(out, x, n); }
export function cast_i32_f64(out: usize, x: usize, n: i32): void { cast<i32, f64>(out, x, n); }
export function cast_i32_u8(out: usize, x: usize, n: i32): void { cast<i32, u8>(out, x, n); }
export function cast_i32_bool(out: usize, x: usize, n: i32): void { castToBool<i32>(out, x, n); }
export function cast_u8_f32(out: usize, x: usize, n: i32): void { cast<u8, f32>(out, x, n); }
export function cast_u8_f64(out: usize, x: usize, n: i32): void { cast<u8, f64>(out, x, n); }
export function cast_u8_i32(out: usize, x: usize, n: i32): void { cast<u8, i32>(out, x, n); }
export function cast_u8_bool(out: usize, x: usize, n: i32): void { castToBool<u8>(out, x, n); }
