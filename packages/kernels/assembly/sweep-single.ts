import { activate, RELU } from './epilogue';
import { kBlock } from './k-blocks';
import { frameOf, Sweep, tapOffsets } from './sweep';
import { PANEL } from './tile-shape';
import { lanes, storePair } from './vector';

/**
 * What `multiplySweep` computes, for one column: a tile would fill its other columns with zeros, as in the
 * groups of a depthwise convolution. Vectors are neighbouring pixels of a row, so the step between them
 * must be 1. Every pixel's terms are added in the same order, to the same bits.
 */
export function multiplySingle<T>(
  s: Sweep,
  source: usize,
  packed: usize,
  result: usize,
  bias: usize,
  activation: i32,
): void {
  const size = <i32>sizeof<T>();
  for (let y = 0; y < s.rows; y += s.bandRows) {
    const rows = min(s.bandRows, s.rows - y);
    for (let x = 0; x < s.columns; x += s.bandColumns) {
      const columns = min(s.bandColumns, s.columns - x);
      let row = frameOf<T>(s, source, y, x, rows, columns, 0, s.channels, 0);
      for (let r = y; r < y + rows; ++r) {
        const line = (s.resultTop + r * s.resultStepY) * s.resultWidth + s.resultLeft;
        const to = result + (line + x * s.resultStepX) * size;
        multiplyRow<T>(s, row, columns, packed, to, bias, activation);
        row += s.stepY * s.rowStride;
      }
    }
  }
}

/** The pixels of a row, whose windows begin at `row`. */
// @ts-ignore: decorator
@inline
function multiplyRow<T>(
  s: Sweep,
  row: usize,
  columns: i32,
  packed: usize,
  to: usize,
  bias: usize,
  activation: i32,
): void {
  const size = <i32>sizeof<T>();
  const many = columns >= 4 * lanes<T>();
  const wide = (many ? 4 : 2) * lanes<T>();
  const taps = s.taps;
  const step = s.resultStepX * size;
  const shift = bias ? v128.splat<T>(load<T>(bias)) : i64x2.splat(0);
  let column = 0;
  // The last vectors may overlap those before: that computes the same again.
  for (; columns >= wide && column < columns; column += wide) {
    column = min(column, columns - wide);
    const from = row + column * size;
    const target = to + column * step;
    if (many) sumFours<T>(from, packed, taps, target, step, shift, activation);
    else sumPairs<T>(from, packed, taps, target, step, shift, activation);
  }
  for (; column < columns; ++column) {
    const sum = v128.splat<T>(sumOne<T>(row + column * size, packed, taps));
    store<T>(to + column * step, v128.extract_lane<T>(finish<T>(sum, shift, activation), 0));
  }
}

/** Four vectors of neighbouring pixels: with fewer, an addition waits for that of the tap before. */
// @ts-ignore: decorator
@inline
function sumFours<T>(
  from: usize,
  packed: usize,
  taps: i32,
  to: usize,
  step: i32,
  shift: v128,
  activation: i32,
): void {
  const block = kBlock(taps);
  const zero = i64x2.splat(0);
  let offsets = tapOffsets();
  let total0 = zero, total1 = zero, total2 = zero, total3 = zero;
  for (let t = 0; t < taps; t += block) {
    let sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero;
    for (const end = offsets + 4 * min(block, taps - t); offsets < end; offsets += 4) {
      const at = from + load<u32>(offsets);
      const weight = v128.load_splat<T>(packed);
      sum0 = v128.add<T>(sum0, v128.mul<T>(v128.load(at), weight));
      sum1 = v128.add<T>(sum1, v128.mul<T>(v128.load(at, 16), weight));
      sum2 = v128.add<T>(sum2, v128.mul<T>(v128.load(at, 32), weight));
      sum3 = v128.add<T>(sum3, v128.mul<T>(v128.load(at, 48), weight));
      packed += PANEL;
    }
    total0 = t ? v128.add<T>(total0, sum0) : sum0;
    total1 = t ? v128.add<T>(total1, sum1) : sum1;
    total2 = t ? v128.add<T>(total2, sum2) : sum2;
    total3 = t ? v128.add<T>(total3, sum3) : sum3;
  }
  const first = finish<T>(total0, shift, activation);
  const second = finish<T>(total1, shift, activation);
  const third = finish<T>(total2, shift, activation);
  const fourth = finish<T>(total3, shift, activation);
  if (step == <i32>sizeof<T>()) {
    storePair(to, first, second);
    storePair(to + 32, third, fourth);
    return;
  }
  storeBothApart<T>(to, step, first, second);
  storeBothApart<T>(to + 2 * lanes<T>() * step, step, third, fourth);
}

/** Two vectors of neighbouring pixels. */
// @ts-ignore: decorator
@inline
function sumPairs<T>(
  from: usize,
  packed: usize,
  taps: i32,
  to: usize,
  step: i32,
  shift: v128,
  activation: i32,
): void {
  const block = kBlock(taps);
  const zero = i64x2.splat(0);
  let offsets = tapOffsets();
  let firstTotal = zero;
  let secondTotal = zero;
  for (let t = 0; t < taps; t += block) {
    let first = zero;
    let second = zero;
    for (const end = offsets + 4 * min(block, taps - t); offsets < end; offsets += 4) {
      const at = from + load<u32>(offsets);
      const weight = v128.load_splat<T>(packed);
      first = v128.add<T>(first, v128.mul<T>(v128.load(at), weight));
      second = v128.add<T>(second, v128.mul<T>(v128.load(at, 16), weight));
      packed += PANEL;
    }
    firstTotal = t ? v128.add<T>(firstTotal, first) : first;
    secondTotal = t ? v128.add<T>(secondTotal, second) : second;
  }
  storeBothApart<T>(
    to,
    step,
    finish<T>(firstTotal, shift, activation),
    finish<T>(secondTotal, shift, activation),
  );
}

/** One pixel. */
function sumOne<T>(from: usize, packed: usize, taps: i32): T {
  const block = kBlock(taps);
  let offsets = tapOffsets();
  let total: T = 0;
  for (let t = 0; t < taps; t += block) {
    let sum: T = 0;
    for (const end = offsets + 4 * min(block, taps - t); offsets < end; offsets += 4) {
      sum += load<T>(from + load<u32>(offsets)) * load<T>(packed);
      packed += PANEL;
    }
    total = t ? total + sum : sum;
  }
  return total;
}

// @ts-ignore: decorator
@inline
function finish<T>(sum: v128, shift: v128, activation: i32): v128 {
  const x = v128.add<T>(sum, shift);
  if (activation > RELU) return activate<T>(x, activation);
  return activation == RELU ? v128.pmax<T>(x, i64x2.splat(0)) : x;
}

/** Stores the lanes of two vectors, `step` bytes apart. */
// @ts-ignore: decorator
@inline
function storeBothApart<T>(to: usize, step: i32, first: v128, second: v128): void {
  if (step == <i32>sizeof<T>()) {
    storePair(to, first, second);
    return;
  }
  storeApart<T>(to, step, first);
  storeApart<T>(to + lanes<T>() * step, step, second);
}

/** Stores the lanes `step` bytes apart. */
// @ts-ignore: decorator
@inline
function storeApart<T>(to: usize, step: i32, x: v128): void {
  store<T>(to, v128.extract_lane<T>(x, 0));
  store<T>(to + step, v128.extract_lane<T>(x, 1));
  if (sizeof<T>() == 4) {
    store<T>(to + 2 * step, v128.extract_lane<T>(x, 2));
    store<T>(to + 3 * step, v128.extract_lane<T>(x, 3));
  }
}
