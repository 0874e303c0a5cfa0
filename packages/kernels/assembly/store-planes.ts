import { activate } from './epilogue';
import { PANEL } from './tile';
import { lanes, loadUpTo } from './vector';

/**
 * Stores finished sums, [pixels, 64 bytes of channels] at `from`, to planes: channel i of pixel p goes to
 * `to + i * plane + p * size`, plus bias[i] (unless `bias` is 0), through the activation. Uses `from`
 * for what it computes.
 */
export function storePlanes<T>(
  to: usize,
  plane: usize,
  from: usize,
  pixels: i32,
  channels: i32,
  bias: usize,
  activation: i32,
): void {
  const size = <i32>sizeof<T>();
  // Few planes at a time: where their distance is a power of two they compete for a few cache lines.
  for (let channel = 0; channel < channels; channel += lanes<T>()) {
    const count = min(channels - channel, lanes<T>());
    const shift = bias ? loadUpTo<T>(bias + channel * size, count) : i64x2.splat(0);
    if (bias || activation) finishColumn<T>(from, pixels, shift, activation);
    const whole = count == lanes<T>() ? pixels & ~(lanes<T>() - 1) : 0;
    if (sizeof<T>() == 4) transposeFours(to, plane, from, whole);
    else transposePairs(to, plane, from, whole);
    for (let p = whole; p < pixels; ++p) {
      for (let i = 0; i < count; ++i) {
        store<T>(to + i * plane + p * size, load<T>(from + p * PANEL + i * size));
      }
    }
    to += count * plane;
    from += 16;
  }
}

function finishColumn<T>(at: usize, pixels: i32, shift: v128, activation: i32): void {
  for (let p = 0; p < pixels; ++p) {
    v128.store(at, activate<T>(v128.add<T>(v128.load(at), shift), activation));
    at += PANEL;
  }
}

/** 4 channels of f32 */
function transposeFours(to: usize, plane: usize, from: usize, pixels: i32): void {
  const to1 = to + plane;
  const to2 = to1 + plane;
  const to3 = to2 + plane;
  for (let p = 0; p < pixels * 4; p += 16) {
    const a = v128.load(from);
    const b = v128.load(from, PANEL);
    const c = v128.load(from, 2 * PANEL);
    const d = v128.load(from, 3 * PANEL);
    const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(to + p, v128.shuffle<i64>(ab0, cd0, 0, 2));
    v128.store(to1 + p, v128.shuffle<i64>(ab0, cd0, 1, 3));
    v128.store(to2 + p, v128.shuffle<i64>(ab2, cd2, 0, 2));
    v128.store(to3 + p, v128.shuffle<i64>(ab2, cd2, 1, 3));
    from += 4 * PANEL;
  }
}

/** 2 channels of f64 */
function transposePairs(to: usize, plane: usize, from: usize, pixels: i32): void {
  const to1 = to + plane;
  for (let p = 0; p < pixels * 8; p += 16) {
    const a = v128.load(from);
    const b = v128.load(from, PANEL);
    v128.store(to + p, v128.shuffle<i64>(a, b, 0, 2));
    v128.store(to1 + p, v128.shuffle<i64>(a, b, 1, 3));
    from += 2 * PANEL;
  }
}
