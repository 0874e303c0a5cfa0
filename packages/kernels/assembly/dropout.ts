/**
 * Dropout: element i is dropped with probability p, the others are multiplied by 1 / (1 - p).
 *
 * Element i is kept if the upper 24 bits of word i of the Philox stream, as a number u in [0, 1), satisfy
 * u >= p; so the mask is the same for f32 and f64. `mask` receives 1 for kept, 0 for dropped.
 */
import { EIGHT_BLOCKS, eightBlocks, transposeBlocks } from './philox';
import { scratch } from './scratch';
import { lanes, loadMask, loadUpTo, storeUpTo } from './vector';

function drawMask(
  mask: usize,
  n: i32,
  p: f64,
  k0: i32,
  k1: i32,
  c1: i32,
  c2: i32,
  c3: i32,
): void {
  const words = scratch;
  const threshold = i32x4.splat(<i32>ceil<f64>(p * 16777216)); // u >= p, in units of 2^-24
  for (let block = 0; n > 0; block += 8) {
    eightBlocks(words, block, k0, k1, c1, c2, c3);
    transposeBlocks(words);
    for (let i = 0; i < EIGHT_BLOCKS && n > 0; i += 64) {
      storeUpTo<u8>(mask, keptSixteen(words + i, threshold), n);
      mask += 16;
      n -= 16;
    }
  }
}

/** 16 bytes, 1 where the word is kept */
// @ts-ignore: decorator
@inline
function keptSixteen(words: usize, threshold: v128): v128 {
  const kept = i8x16.narrow_i16x8_s(
    i16x8.narrow_i32x4_s(keptFour(words, threshold), keptFour(words + 16, threshold)),
    i16x8.narrow_i32x4_s(keptFour(words + 32, threshold), keptFour(words + 48, threshold)),
  );
  return v128.and(kept, i8x16.splat(1));
}

// @ts-ignore: decorator
@inline
function keptFour(words: usize, threshold: v128): v128 {
  return i32x4.ge_s(i32x4.shr_u(v128.load(words), 8), threshold);
}

/** out[i] = x[i] / (1 - p) where the mask is set, else 0 */
// @ts-ignore: decorator
@inline
function scaleKept<T>(out: usize, x: usize, mask: usize, n: i32, p: f64): void {
  const scale = v128.splat<T>(<T>(1 / (1 - p)));
  for (; n > 0; n -= lanes<T>()) {
    const scaled = v128.mul<T>(loadUpTo<T>(x, n), scale);
    storeUpTo<T>(out, v128.and(scaled, loadMask<T>(mask, n)), n);
    out += 16;
    x += 16;
    mask += lanes<T>();
  }
}

/** `dropout_dtype(out, mask, x, n, p, k0, k1, c1, c2, c3)`; `out` may be `x`. */
export function dropout_f32(out: usize, mask: usize, x: usize, n: i32, p: f64, k0: i32, k1: i32, c1: i32, c2: i32, c3: i32): void {
  drawMask(mask, n, p, k0, k1, c1, c2, c3);
  scaleKept<f32>(out, x, mask, n, p);
}

export function dropout_f64(out: usize, mask: usize, x: usize, n: i32, p: f64, k0: i32, k1: i32, c1: i32, c2: i32, c3: i32): void {
  drawMask(mask, n, p, k0, k1, c1, c2, c3);
  scaleKept<f64>(out, x, mask, n, p);
}

/** `dropoutGrad_dtype(out, g, mask, n, p)`; `out` may be `g`. */
export function dropoutGrad_f32(out: usize, g: usize, mask: usize, n: i32, p: f64): void { scaleKept<f32>(out, g, mask, n, p); }
export function dropoutGrad_f64(out: usize, g: usize, mask: usize, n: i32, p: f64): void { scaleKept<f64>(out, g, mask, n, p); }
