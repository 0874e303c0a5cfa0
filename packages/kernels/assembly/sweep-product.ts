import { kBlock } from './k-blocks';
import { scratch } from './scratch';
import { storePlanes } from './store-planes';
import { fillGroup, frameOf, PART_AT, pixelOffsets, tapOffsets, Sweep } from './sweep';
import { multiplySingle } from './sweep-single';
import { runTile } from './tile';
import { ADD, Adjacent, RESUME, Scattered, STORE } from './tile-access';
import { PANEL, panelLanes, ROWS } from './tile-shape';
import { storePair } from './vector';

/** Pixels whose sums are computed before they are stored: a multiple of ROWS. */
const PIXELS_AT_ONCE: i32 = 64;
/**
 * A block of more steps is summed in two halves, one for all of these pixels and then the other: a whole
 * panel of it, the pixels' windows and their sums do not fit the first-level cache together.
 */
const WHOLE_STEPS: i32 = 224;

/**
 * For each pixel of one image the product of its window with `channels` packed columns: result[i,
 * pixel] = act(sum over taps of window[tap] * column[tap, i] + bias[i]). `packed` holds the columns
 * in blocks along the taps; `plane` is the size of a result plane in bytes.
 */
export function multiplySweep<T>(
  s: Sweep,
  source: usize,
  packed: usize,
  channels: i32,
  result: usize,
  plane: usize,
  bias: usize,
  activation: i32,
): void {
  if (channels == 1 && s.stepX == 1) {
    multiplySingle<T>(s, source, packed, result, bias, activation);
    return;
  }
  for (let y = 0; y < s.rows; y += s.bandRows) {
    const rows = min(s.bandRows, s.rows - y);
    for (let x = 0; x < s.columns; x += s.bandColumns) {
      const columns = min(s.bandColumns, s.columns - x);
      const frame = frameOf<T>(s, source, y, x, rows, columns, 0, s.channels, 0);
      const pixels = rows * columns;
      for (let p = 0; p < pixels; p += PIXELS_AT_ONCE) {
        const count = min(PIXELS_AT_ONCE, pixels - p);
        for (let channel = 0; channel < channels; channel += panelLanes<T>()) {
          const width = min(panelLanes<T>(), channels - channel);
          sumPixels<T>(s, frame, p, count, packed, channel, channels, width);
          const shift = bias ? bias + channel * sizeof<T>() : 0;
          storePixels<T>(
            s,
            result + channel * plane,
            plane,
            y,
            x,
            columns,
            p,
            count,
            width,
            shift,
            activation,
          );
        }
      }
    }
  }
}

/** The sums of `count` pixels from the p-th of the band on, for one panel, into scratch. */
function sumPixels<T>(
  s: Sweep,
  frame: usize,
  p: i32,
  count: i32,
  packed: usize,
  channel: i32,
  channels: i32,
  width: i32,
): void {
  const taps = s.taps;
  const block = kBlock(taps);
  const panels = (channels + panelLanes<T>() - 1) / panelLanes<T>();
  const panel = channel / panelLanes<T>();
  const bytes = width * <i32>sizeof<T>();
  for (let t = 0; t < taps; t += block) {
    const kc = min(block, taps - t);
    const right = packed + (t * panels + panel * kc) * PANEL;
    const steps = tapOffsets() + 4 * t;
    if (kc <= WHOLE_STEPS) {
      multiplyPart<T>(frame, p, count, kc, steps, right, scratch, t ? ADD : STORE, bytes);
      continue;
    }
    const half = kc >> 1;
    const sums = scratch + (t ? PART_AT : 0);
    multiplyPart<T>(frame, p, count, half, steps, right, sums, STORE, bytes);
    const rest = right + half * PANEL;
    multiplyPart<T>(frame, p, count, kc - half, steps + 4 * half, rest, sums, RESUME, bytes);
    if (t) addSums<T>(scratch, sums, (count + ROWS - 1) & ~(ROWS - 1));
  }
}

/** Multiplies `count` pixels from the p-th on with `kc` steps of a panel. */
function multiplyPart<T>(
  frame: usize,
  p: i32,
  count: i32,
  kc: i32,
  steps: usize,
  right: usize,
  sums: usize,
  mode: i32,
  bytes: i32,
): void {
  for (let i = 0; i < count; i += ROWS) {
    const to = sums + i * PANEL;
    let group = pixelOffsets() + 4 * (p + i);
    if (i + ROWS > count) {
      group = fillGroup(group, count - i);
      runTile<T, Scattered>(kc, frame, group, steps, right, to, PANEL, mode, bytes);
    } else if (areAdjacent<T>(group)) {
      const first = frame + load<u32>(group);
      runTile<T, Adjacent>(kc, first, 0, steps, right, to, PANEL, mode, bytes);
    } else {
      runTile<T, Scattered>(kc, frame, group, steps, right, to, PANEL, mode, bytes);
    }
  }
}

/** to[i, :] += from[i, :] for `count` rows of a panel. */
export function addSums<T>(to: usize, from: usize, count: i32): void {
  for (const end = to + count * PANEL; to < end; to += 32) {
    const first = v128.add<T>(v128.load(to), v128.load(from));
    const second = v128.add<T>(v128.load(to, 16), v128.load(from, 16));
    storePair(to, first, second);
    from += 32;
  }
}

/** Whether the pixels of a group are neighbours in memory. Offsets rise, so the ends tell. */
// @ts-ignore: decorator
@inline
function areAdjacent<T>(group: usize): bool {
  return load<u32>(group, 4 * (ROWS - 1)) - load<u32>(group) == (ROWS - 1) * sizeof<T>();
}

function storePixels<T>(
  s: Sweep,
  result: usize,
  plane: usize,
  y: i32,
  x: i32,
  columns: i32,
  p: i32,
  count: i32,
  width: i32,
  bias: usize,
  activation: i32,
): void {
  const size = sizeof<T>();
  if (s.resultStepX == 1 && s.resultStepY == 1) {
    storePlanes<T>(
      result + (y * s.columns + x + p) * size,
      plane,
      scratch,
      count,
      width,
      bias,
      activation,
    );
    return;
  }
  // Every pixel by itself; only gradients come here, which have neither bias nor activation.
  let row = y + p / columns;
  let column = x + (p % columns);
  for (let i = 0; i < count; ++i) {
    const at =
      (s.resultTop + row * s.resultStepY) * s.resultWidth + s.resultLeft + column * s.resultStepX;
    for (let channel = 0; channel < width; ++channel) {
      const sum = load<T>(scratch + i * PANEL + channel * size);
      store<T>(result + channel * plane + at * size, sum);
    }
    column += 1;
    if (column == x + columns) {
      column = x;
      row += 1;
    }
  }
}
