/** How many elements of type T (of 1, 4 or 8 bytes) a vector holds. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): i32 {
  return <i32>(16 / sizeof<T>());
}

function loadBytes(address: usize, n: i32): v128 {
  let low: u64 = 0;
  let high: u64 = 0;
  for (let i = n - 1; i >= 8; i--) high = (high << 8) | load<u8>(address + i);
  for (let i = min(n, 8) - 1; i >= 0; i--) low = (low << 8) | load<u8>(address + i);
  return i64x2.replace_lane(i64x2.splat(low), 1, high);
}

function storeBytes(address: usize, vector: v128, n: i32): void {
  let low = i64x2.extract_lane(vector, 0);
  let high = i64x2.extract_lane(vector, 1);
  for (let i = 0; i < min(n, 8); i++) {
    store<u8>(address + i, <u8>low);
    low >>= 8;
  }
  for (let i = 8; i < n; i++) {
    store<u8>(address + i, <u8>high);
    high >>= 8;
  }
}

/**
 * The first `n` elements at `address`, of which there may be fewer than a vector's (but at least
 * one); the lanes behind them are zero. Reads nothing behind the elements.
 */
// @ts-ignore: decorator
@inline
export function loadUpTo<T>(address: usize, n: i32): v128 {
  if (n >= lanes<T>()) return v128.load(address);
  if (sizeof<T>() == 1) return loadBytes(address, n);
  if (sizeof<T>() == 8) return v128.load64_zero(address);
  if (n == 1) return v128.load32_zero(address);
  const pair = v128.load64_zero(address);
  return n == 2 ? pair : v128.load32_lane(address, pair, 2, 8);
}

/** Stores the first `n` lanes (at least one), or all if there are fewer. */
// @ts-ignore: decorator
@inline
export function storeUpTo<T>(address: usize, vector: v128, n: i32): void {
  if (n >= lanes<T>()) {
    v128.store(address, vector);
  } else if (sizeof<T>() == 1) {
    storeBytes(address, vector, n);
  } else if (sizeof<T>() == 8) {
    v128.store64_lane(address, vector, 0);
  } else if (n == 1) {
    v128.store32_lane(address, vector, 0);
  } else {
    v128.store64_lane(address, vector, 0);
    if (n == 3) v128.store32_lane(address, vector, 2, 8);
  }
}

/**
 * Stores two vectors side by side. The upper one first: V8 makes one store of 256 bits of the two, but in the
 * other order it stores the lower one by itself as well.
 */
// @ts-ignore: decorator
@inline
export function storePair(address: usize, low: v128, high: v128): void {
  v128.store(address, high, 16);
  v128.store(address, low);
}

/** Two elements of type f32 or f64 as f64. */
// @ts-ignore: decorator
@inline
export function loadAsF64<T>(address: usize): v128 {
  if (sizeof<T>() == 8) return v128.load(address);
  return f64x2.promote_low_f32x4(v128.load64_zero(address));
}

/** Lane i all ones where the byte i at `address` is not 0, i < n, and zero from n on. */
// @ts-ignore: decorator
@inline
export function loadMask<T>(address: usize, n: i32): v128 {
  const zero = i32x4.splat(0);
  if (sizeof<T>() == 1) return i8x16.ne(loadUpTo<u8>(address, n), zero);
  if (sizeof<T>() == 8) {
    const mask = i64x2.splat(-<i64>(load<u8>(address) != 0));
    return i64x2.replace_lane(mask, 1, n > 1 ? -<i64>(load<u8>(address, 1) != 0) : 0);
  }
  let bytes: v128;
  if (n >= 4) {
    bytes = v128.load32_zero(address);
  } else {
    bytes = v128.load8_lane(address, zero, 0);
    if (n > 1) bytes = v128.load8_lane(address, bytes, 1, 1);
    if (n > 2) bytes = v128.load8_lane(address, bytes, 2, 2);
  }
  return i32x4.ne(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)), zero);
}

/** `yes` where the bits of the mask are set, `no` elsewhere. */
// @ts-ignore: decorator
@inline
export function choose(mask: v128, yes: v128, no: v128): v128 {
  return v128.bitselect(yes, no, mask);
}

/**
 * The constant of 4 or 8 bytes at an address (`memory.data`) in all lanes. One load: an immediate vector
 * would be built anew, with three or four instructions, in every iteration (V8 hoists none of them
 * out of a loop), which doubles the time of a polynomial.
 */
// @ts-ignore: decorator
@inline
export function constant<T>(address: usize): v128 {
  return sizeof<T>() == 4 ? v128.load32_splat(address) : v128.load64_splat(address);
}

/** The same of a float type T, the constant of f32 at one address and that of f64 at another. */
// @ts-ignore: decorator
@inline
export function constantOf<T>(single: usize, double: usize): v128 {
  return sizeof<T>() == 4 ? constant<f32>(single) : constant<f64>(double);
}

const ONE_F32 = memory.data<f32>([1]);
const ONE_F64 = memory.data<f64>([1]);

/** 1 of a float type in all lanes */
// @ts-ignore: decorator
@inline
export function one<T>(): v128 {
  return constantOf<T>(ONE_F32, ONE_F64);
}

/** sum * x + coefficient: one step of Horner's scheme, the coefficient at an address. */
// @ts-ignore: decorator
@inline
export function horner<T>(sum: v128, x: v128, coefficient: usize): v128 {
  return v128.add<T>(v128.mul<T>(sum, x), constant<T>(coefficient));
}
