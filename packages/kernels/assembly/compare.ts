/**
 * Comparisons with broadcasting: `name_dtype(out, a, b, n, meta)`, out is u8, 1 where true, else 0.
 * With a NaN only `ne` is true. For `meta` see `broadcast.ts`.
 */
import { overRows, repeat, REPEATED_BYTES } from './broadcast';
import { scratch } from './scratch';

/** The masks of elements 4 part .. 4 part + 3, 32 bits each. */
// @ts-ignore: decorator
@inline
function mask4<T, Operation>(a: usize, b: usize, part: usize): v128 {
  const operation = changetype<Operation>(0);
  const at = part * 4 * sizeof<T>();
  const low = operation.of<T>(v128.load(a + at), v128.load(b + at));
  if (sizeof<T>() == 4) return low;
  const high = operation.of<T>(v128.load(a + at, 16), v128.load(b + at, 16));
  return i32x4.shuffle(low, high, 0, 2, 4, 6);
}

/** The masks of 16 elements, 8 bits each. */
// @ts-ignore: decorator
@inline
function mask16<T, Operation>(a: usize, b: usize): v128 {
  if (sizeof<T>() == 1) return changetype<Operation>(0).of<T>(v128.load(a), v128.load(b));
  return i8x16.narrow_i16x8_s(
    i16x8.narrow_i32x4_s(mask4<T, Operation>(a, b, 0), mask4<T, Operation>(a, b, 1)),
    i16x8.narrow_i32x4_s(mask4<T, Operation>(a, b, 2), mask4<T, Operation>(a, b, 3)),
  );
}

class Compare<T, Operation> {
  of(out: usize, a: usize, b: usize, n: i32, aMoves: bool, bMoves: bool): void {
    const operation = changetype<Operation>(0);
    if (!aMoves) a = repeat<T>(scratch, a);
    if (!bMoves) b = repeat<T>(scratch + REPEATED_BYTES, b);
    const aStep: usize = aMoves ? sizeof<T>() : 0;
    const bStep: usize = bMoves ? sizeof<T>() : 0;
    for (; n >= 16; n -= 16) {
      v128.store(out, v128.and(mask16<T, Operation>(a, b), i8x16.splat(1)));
      out += 16;
      a += aStep << 4;
      b += bStep << 4;
    }
    for (; n > 0; n--) {
      const mask = operation.of<T>(v128.load_splat<T>(a), v128.load_splat<T>(b));
      store<u8>(out, <u8>v128.any_true(mask));
      out++;
      a += aStep;
      b += bStep;
    }
  }
}

// @ts-ignore: decorator
@inline
function compare<T, Operation>(out: usize, a: usize, b: usize, n: i32, meta: usize): void {
  overRows<T, u8, Compare<T, Operation>>(out, a, b, n, meta);
}

class Equal { @inline of<T>(a: v128, b: v128): v128 { return v128.eq<T>(a, b); } }
export function eq_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f32, Equal>(out, a, b, n, meta); }
export function eq_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f64, Equal>(out, a, b, n, meta); }
export function eq_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<i32, Equal>(out, a, b, n, meta); }
export function eq_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<u8, Equal>(out, a, b, n, meta); }

class NotEqual { @inline of<T>(a: v128, b: v128): v128 { return v128.ne<T>(a, b); } }
export function ne_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f32, NotEqual>(out, a, b, n, meta); }
export function ne_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f64, NotEqual>(out, a, b, n, meta); }
export function ne_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<i32, NotEqual>(out, a, b, n, meta); }
export function ne_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<u8, NotEqual>(out, a, b, n, meta); }

class Less { @inline of<T>(a: v128, b: v128): v128 { return v128.lt<T>(a, b); } }
export function lt_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f32, Less>(out, a, b, n, meta); }
export function lt_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f64, Less>(out, a, b, n, meta); }
export function lt_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<i32, Less>(out, a, b, n, meta); }
export function lt_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<u8, Less>(out, a, b, n, meta); }

class LessOrEqual { @inline of<T>(a: v128, b: v128): v128 { return v128.le<T>(a, b); } }
export function le_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f32, LessOrEqual>(out, a, b, n, meta); }
export function le_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f64, LessOrEqual>(out, a, b, n, meta); }
export function le_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<i32, LessOrEqual>(out, a, b, n, meta); }
export function le_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<u8, LessOrEqual>(out, a, b, n, meta); }

class Greater { @inline of<T>(a: v128, b: v128): v128 { return v128.gt<T>(a, b); } }
export function gt_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f32, Greater>(out, a, b, n, meta); }
export function gt_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f64, Greater>(out, a, b, n, meta); }
export function gt_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<i32, Greater>(out, a, b, n, meta); }
export function gt_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<u8, Greater>(out, a, b, n, meta); }

class GreaterOrEqual { @inline of<T>(a: v128, b: v128): v128 { return v128.ge<T>(a, b); } }
export function ge_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f32, GreaterOrEqual>(out, a, b, n, meta); }
export function ge_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<f64, GreaterOrEqual>(out, a, b, n, meta); }
export function ge_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<i32, GreaterOrEqual>(out, a, b, n, meta); }
export function ge_u8(out: usize, a: usize, b: usize, n: i32, meta: usize): void { compare<u8, GreaterOrEqual>(out, a, b, n, meta); }
