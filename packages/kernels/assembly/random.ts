/**
 * Random tensors from Philox, `name(out, n, .., k0, k1, c1, c2, c3)`; see `philox.ts` for key and counter.
 *
 * Element i depends on i, the key and the stream (c1, c2, c3) alone, whatever n is. u32 and f32: element i is
 * word i of the stream; f64: words 2i and 2i + 1, the high bits first. The normal distribution makes a pair
 * of elements from a pair of such numbers.
 */
import { cos, log, sin } from './elementary';
import { EIGHT_BLOCKS, eightBlocks, transposeBlocks } from './philox';
import { scratch } from './scratch';

/**
 * Fills n elements of T. A Kind is a class with the inlined method `of<T>(words, a, b)`, which turns the
 * eight blocks at `words` into elements at the same place.
 */
// @ts-ignore: decorator
@inline
function generate<T, Kind>(
  out: usize,
  n: i32,
  a: f64,
  b: f64,
  k0: i32,
  k1: i32,
  c1: i32,
  c2: i32,
  c3: i32,
): void {
  const kind = changetype<Kind>(0);
  const words = scratch;
  const elements = EIGHT_BLOCKS / <i32>sizeof<T>();
  for (let block = 0; n > 0; block += 8) {
    eightBlocks(words, block, k0, k1, c1, c2, c3);
    kind.of<T>(words, a, b);
    if (n >= elements) {
      for (let i = 0; i < EIGHT_BLOCKS; i += 16) v128.store(out + i, v128.load(words + i));
    } else {
      memory.copy(out, words, n * <i32>sizeof<T>());
    }
    out += EIGHT_BLOCKS;
    n -= elements;
  }
}

class Bits {
  @inline of<T>(words: usize, _a: f64, _b: f64): void {
    transposeBlocks(words);
  }
}

/** `randomBits(out, n, k0, k1, c1, c2, c3)`, u32 */
export function randomBits(out: usize, n: i32, k0: i32, k1: i32, c1: i32, c2: i32, c3: i32): void {
  generate<u32, Bits>(out, n, 0, 0, k0, k1, c1, c2, c3);
}

/** The number of [0, 1) with 53 bits that the two words at `words` make. */
// @ts-ignore: decorator
@inline
function unit53(words: usize): f64 {
  const high = <f64>(load<u32>(words) >> 5);
  const low = <f64>(load<u32>(words, 4) >> 6);
  return (high * 67108864 + low) * 1.1102230246251565e-16; // 2^26 and 2^-53
}

/** The largest T below x. */
function below<T>(x: T): T {
  if (sizeof<T>() == 4) {
    if (x == 0) return -f32.MIN_VALUE;
    const bits = reinterpret<i32>(<f32>x);
    return <T>reinterpret<f32>(x > 0 ? bits - 1 : bits + 1);
  }
  if (x == 0) return <T>-f64.MIN_VALUE;
  const bits = reinterpret<i64>(<f64>x);
  return <T>reinterpret<f64>(x > 0 ? bits - 1 : bits + 1);
}

/** low + u (high - low), u in [0, 1) with 24 or 53 bits; what rounds up to `high` becomes its neighbour. */
class Uniform {
  @inline of<T>(words: usize, low: f64, high: f64): void {
    const start = <T>low;
    const width = <T>high - start;
    const top = start < <T>high ? below<T>(<T>high) : <T>high;
    transposeBlocks(words);
    if (sizeof<T>() == 4) {
      for (let i = 0; i < EIGHT_BLOCKS; i += 16) {
        const bits = i32x4.shr_u(v128.load(words + i), 8);
        const u = f32x4.mul(f32x4.convert_i32x4_s(bits), f32x4.splat(5.9604644775390625e-8));
        const x = f32x4.add(f32x4.mul(u, f32x4.splat(<f32>width)), f32x4.splat(<f32>start));
        v128.store(words + i, f32x4.pmin(x, f32x4.splat(<f32>top)));
      }
    } else {
      for (let i = 0; i < EIGHT_BLOCKS; i += 8) {
        const x = unit53(words + i) * <f64>width + <f64>start;
        store<f64>(words + i, x < <f64>top ? x : <f64>top);
      }
    }
  }
}

/** `uniform_dtype(out, n, low, high, k0, k1, c1, c2, c3)`: low <= x < high */
export function uniform_f32(out: usize, n: i32, low: f64, high: f64, k0: i32, k1: i32, c1: i32, c2: i32, c3: i32): void { generate<f32, Uniform>(out, n, low, high, k0, k1, c1, c2, c3); }
export function uniform_f64(out: usize, n: i32, low: f64, high: f64, k0: i32, k1: i32, c1: i32, c2: i32, c3: i32): void { generate<f64, Uniform>(out, n, low, high, k0, k1, c1, c2, c3); }

const TWO_PI = 6.283185307179586;

/**
 * Box and Muller: elements 2j and 2j + 1 are r cos a and r sin a, r = sqrt(-2 log u), a = 2 pi v, where u in
 * (0, 1] is the first number of the pair (all 32 bits for f32, so that r reaches 6.7) and v in
 * [0, 1) the second.
 */
class Normal {
  @inline of<T>(words: usize, mean: f64, std: f64): void {
    if (sizeof<T>() == 4) {
      for (let i = 0; i < EIGHT_BLOCKS; i += 32) {
        normalPair(words + i, words + i + 16, <f32>mean, <f32>std);
      }
      transposeBlocks(words);
    } else {
      transposeBlocks(words);
      for (let i = 0; i < EIGHT_BLOCKS; i += 16) {
        const u = 1 - unit53(words + i);
        const angle = TWO_PI * unit53(words + i + 8);
        const radius = sqrt<f64>(-2 * NativeMath.log(u));
        store<f64>(words + i, mean + std * (radius * NativeMath.cos(angle)));
        store<f64>(words + i, mean + std * (radius * NativeMath.sin(angle)), 8);
      }
    }
  }
}

/** Replaces the words at `first` and `second` by r cos a and r sin a, in four blocks. */
function normalPair(first: usize, second: usize, mean: f32, std: f32): void {
  const scaled = f32x4.mul(f32x4.convert_i32x4_u(v128.load(first)), f32x4.splat(2.3283064365386963e-10));
  const u = f32x4.add(scaled, f32x4.splat(1.1641532182693481e-10)); // 2^-33, half a step
  const v = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(second), 8)),
    f32x4.splat(5.9604644775390625e-8),
  );
  const angle = f32x4.mul(v, f32x4.splat(<f32>TWO_PI));
  const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), log<f32>(u)));
  const scale = f32x4.splat(std);
  const centre = f32x4.splat(mean);
  const x = f32x4.mul(scale, f32x4.mul(radius, cos<f32>(angle)));
  const y = f32x4.mul(scale, f32x4.mul(radius, sin<f32>(angle)));
  v128.store(first, f32x4.add(centre, x));
  v128.store(second, f32x4.add(centre, y));
}

/** `normal_dtype(out, n, mean, std, k0, k1, c1, c2, c3)` */
export function normal_f32(out: usize, n: i32, mean: f64, std: f64, k0: i32, k1: i32, c1: i32, c2: i32, c3: i32): void { generate<f32, Normal>(out, n, mean, std, k0, k1, c1, c2, c3); }
export function normal_f64(out: usize, n: i32, mean: f64, std: f64, k0: i32, k1: i32, c1: i32, c2: i32, c3: i32): void { generate<f64, Normal>(out, n, mean, std, k0, k1, c1, c2, c3); }
