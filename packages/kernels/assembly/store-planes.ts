import { activate, RELU } from './epilogue';
import { PANEL } from './tile-shape';
import { lanes, loadUpTo } from './vector';

/**
 * Stores finished sums, [pixels, 64 bytes of channels] at `from`, to planes: channel i of pixel p
 * goes to `to + i * plane + p * size`, plus bias[i] (unless `bias` is 0), through the activation.
 * Uses `from` for what it computes.
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
  const zero = i64x2.splat(0);
  const lowest = v128.splat<T>(<T>-Infinity);
  // Few planes at a time: where their distance is a power of two they compete for a few cache
  // lines.
  for (let channel = 0; channel < channels; channel += lanes<T>()) {
    const count = min(channels - channel, lanes<T>());
    let shift = bias ? loadUpTo<T>(bias + channel * size, count) : zero;
    if (activation > RELU) {
      activateColumn<T>(from, pixels, shift, activation);
      shift = zero;
    }
    // Without a ReLU nothing is below the floor. A sum is never -0, so that adding 0 changes
    // nothing.
    const floor = activation == RELU ? zero : lowest;
    const whole = count == lanes<T>() ? pixels & ~(lanes<T>() - 1) : 0;
    if (sizeof<T>() == 4) transposeFours(to, plane, from, whole, shift, floor);
    else transposePairs(to, plane, from, whole, shift, floor);
    for (let p = whole; p < pixels; ++p) {
      const sums = from + p * PANEL;
      v128.store(sums, finish<T>(v128.load(sums), shift, floor));
      for (let i = 0; i < count; ++i) {
        store<T>(to + i * plane + p * size, load<T>(sums + i * size));
      }
    }
    to += count * plane;
    from += 16;
  }
}

// @ts-ignore: decorator
@inline
function finish<T>(x: v128, shift: v128, floor: v128): v128 {
  return v128.pmax<T>(v128.add<T>(x, shift), floor);
}

function activateColumn<T>(at: usize, pixels: i32, shift: v128, activation: i32): void {
  for (let p = 0; p < pixels; ++p) {
    v128.store(at, activate<T>(v128.add<T>(v128.load(at), shift), activation));
    at += PANEL;
  }
}

/** 4 channels of f32 */
function transposeFours(
  to: usize,
  plane: usize,
  from: usize,
  pixels: i32,
  shift: v128,
  floor: v128,
): void {
  const to1 = to + plane;
  const to2 = to1 + plane;
  const to3 = to2 + plane;
  for (let p = 0; p < pixels * 4; p += 16) {
    const a = finish<f32>(v128.load(from), shift, floor);
    const b = finish<f32>(v128.load(from, PANEL), shift, floor);
    const c = finish<f32>(v128.load(from, 2 * PANEL), shift, floor);
    const d = finish<f32>(v128.load(from, 3 * PANEL), shift, floor);
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
function transposePairs(
  to: usize,
  plane: usize,
  from: usize,
  pixels: i32,
  shift: v128,
  floor: v128,
): void {
  const to1 = to + plane;
  for (let p = 0; p < pixels * 8; p += 16) {
    const a = finish<f64>(v128.load(from), shift, floor);
    const b = finish<f64>(v128.load(from, PANEL), shift, floor);
    v128.store(to + p, v128.shuffle<i64>(a, b, 0, 2));
    v128.store(to1 + p, v128.shuffle<i64>(a, b, 1, 3));
    from += 2 * PANEL;
  }
}
