import { kBlock } from './k-blocks';
import { madd } from './madd';
import { scratch } from './scratch';
import { FRAME_AT, FRAME_BYTES, PACKED_AT, PACKED_BYTES, Sweep } from './sweep';
import { interleave2, interleave4 } from './transpose';
import { storePair } from './vector';

/** Bytes of the channels that are summed at once, element beside element. */
const ABREAST: i32 = 32;
/**
 * Most taps of a window: their sums lie at the start of scratch, those of a begun block behind them, and both
 * end below the tables of sweep.ts.
 */
const MOST_WINDOW: i32 = 56;
const PARTS_AT: i32 = MOST_WINDOW * ABREAST;

/** Channels that are summed at once. */
// @ts-ignore: decorator
@inline
export function channelsAbreast<T>(): i32 {
  return ABREAST / <i32>sizeof<T>();
}

/** Rows and columns of an image and the zeros around it that windows see. */
// @ts-ignore: decorator
@inline
function frameRows(s: Sweep): i32 {
  return (s.rows - 1) * s.stepY + s.spanRows;
}

// @ts-ignore: decorator
@inline
function frameColumns(s: Sweep): i32 {
  return (s.columns - 1) * s.stepX + s.spanColumns;
}

/** Whether a window and an image are small enough. */
export function fitsAbreast(s: Sweep): bool {
  return (
    s.taps <= MOST_WINDOW &&
    <i64>frameRows(s) * frameColumns(s) * ABREAST <= FRAME_BYTES &&
    <i64>s.rows * s.columns * ABREAST <= PACKED_BYTES
  );
}

/**
 * The gradient for filters of a depthwise convolution, a filter a channel, for as many channels as lie
 * abreast: a tile would fill its other columns with zeros. Lanes are channels, and each adds its
 * terms in the order of `conv2dWeightGrad`, to the same bits. `g` and `x` are the first channel's planes of
 * the first image; images lie `gStride` and `xStride` bytes apart.
 */
export function sumAbreast<T>(
  s: Sweep,
  dw: usize,
  g: usize,
  x: usize,
  n: i32,
  gStride: usize,
  xStride: usize,
): void {
  const size = <i32>sizeof<T>();
  const taps = s.taps;
  const pixels = s.rows * s.columns;
  const line = frameColumns(s) * ABREAST;
  const frame = scratch + FRAME_AT;
  const packed = scratch + PACKED_AT;
  const parts = scratch + PARTS_AT;
  memory.fill(frame, 0, frameRows(s) * line);
  memory.fill(parts, 0, taps * ABREAST);
  const block = kBlock(n * pixels);
  let left = block;
  let firstBlock = true;
  for (let image = 0; image < n; ++image) {
    copyAbreast<T>(s, frame, line, x);
    layAbreast<T>(packed, g, pixels, pixels);
    let gradient = packed;
    for (let y = 0; y < s.rows; ++y) {
      let row = frame + y * s.stepY * line;
      let column = 0;
      while (column < s.columns) {
        const count = min(left, s.columns - column);
        addWindows<T>(s, parts, row, line, gradient, count);
        gradient += count * ABREAST;
        row += count * s.stepX * ABREAST;
        column += count;
        left -= count;
        if (left == 0) {
          endBlock<T>(parts, taps, firstBlock);
          firstBlock = false;
          left = block;
        }
      }
    }
    x += xStride;
    g += gStride;
  }
  if (left < block) endBlock<T>(parts, taps, firstBlock);
  for (let channel = 0; channel < channelsAbreast<T>(); ++channel) {
    for (let tap = 0; tap < taps; ++tap) {
      store<T>(dw, load<T>(scratch + tap * ABREAST + channel * size));
      dw += size;
    }
  }
}

/** to[i][channel] = planes[channel][i] for i < n. */
function layAbreast<T>(to: usize, planes: usize, plane: i32, n: i32): void {
  const stride = plane * <i32>sizeof<T>();
  if (sizeof<T>() == 4) {
    interleave4(to, ABREAST, planes, stride, n);
    interleave4(to + 16, ABREAST, planes + 4 * stride, stride, n);
  } else {
    interleave2(to, ABREAST, planes, stride, n);
    interleave2(to + 16, ABREAST, planes + 2 * stride, stride, n);
  }
}

/** Copies what windows see of an image's planes; the zeros around it are there. */
function copyAbreast<T>(s: Sweep, frame: usize, line: i32, planes: usize): void {
  const size = <i32>sizeof<T>();
  const left = max(0, -s.left);
  const first = max(0, s.left);
  const width = min(s.width - first, frameColumns(s) - left);
  if (width <= 0) return;
  for (let y = 0; y < frameRows(s); ++y) {
    const from = s.top + y;
    if (from < 0 || from >= s.height) continue;
    const row = planes + (from * s.width + first) * size;
    layAbreast<T>(frame + y * line + left * ABREAST, row, s.height * s.width, width);
  }
}

/** Adds the terms of `count` neighbouring pixels of a row, whose windows begin at `row`. */
function addWindows<T>(
  s: Sweep,
  parts: usize,
  row: usize,
  line: i32,
  gradient: usize,
  count: i32,
): void {
  const step = s.stepX * ABREAST;
  const end = gradient + count * ABREAST;
  const across = s.tapStepX * ABREAST;
  for (let i = 0; i < s.tapRows; ++i) {
    let window = row + i * s.tapStepY * line;
    let j = 0;
    for (; j + 3 <= s.tapColumns; j += 3) {
      addThree<T>(parts, window, window + across, window + 2 * across, step, gradient, end);
      window += 3 * across;
      parts += 3 * ABREAST;
    }
    for (; j < s.tapColumns; ++j) {
      addOne<T>(parts, window, step, gradient, end);
      window += across;
      parts += ABREAST;
    }
  }
}

function addThree<T>(
  parts: usize,
  x0: usize,
  x1: usize,
  x2: usize,
  step: i32,
  gradient: usize,
  end: usize,
): void {
  let a0 = v128.load(parts), a1 = v128.load(parts, 16);
  let b0 = v128.load(parts, 32), b1 = v128.load(parts, 48);
  let c0 = v128.load(parts, 64), c1 = v128.load(parts, 80);
  while (gradient < end) {
    const g0 = v128.load(gradient), g1 = v128.load(gradient, 16);
    a0 = madd<T>(v128.load(x0), g0, a0); a1 = madd<T>(v128.load(x0, 16), g1, a1);
    b0 = madd<T>(v128.load(x1), g0, b0); b1 = madd<T>(v128.load(x1, 16), g1, b1);
    c0 = madd<T>(v128.load(x2), g0, c0); c1 = madd<T>(v128.load(x2, 16), g1, c1);
    x0 += step;
    x1 += step;
    x2 += step;
    gradient += ABREAST;
  }
  storePair(parts, a0, a1);
  storePair(parts + 32, b0, b1);
  storePair(parts + 64, c0, c1);
}

function addOne<T>(parts: usize, x: usize, step: i32, gradient: usize, end: usize): void {
  let a0 = v128.load(parts), a1 = v128.load(parts, 16);
  while (gradient < end) {
    a0 = madd<T>(v128.load(x), v128.load(gradient), a0);
    a1 = madd<T>(v128.load(x, 16), v128.load(gradient, 16), a1);
    x += step;
    gradient += ABREAST;
  }
  storePair(parts, a0, a1);
}

/** Adds a block's sums to those of the blocks before it, and clears them for the next. */
function endBlock<T>(parts: usize, taps: i32, firstBlock: bool): void {
  for (let at = scratch; at < scratch + taps * ABREAST; at += 16) {
    const sum = v128.load(parts);
    v128.store(at, firstBlock ? sum : v128.add<T>(v128.load(at), sum));
    v128.store(parts, i64x2.splat(0));
    parts += 16;
  }
}
