/**
 * The geometry that convolution and its gradients share: a grid of pixels, and for each pixel a
 * window of taps [channels, tapRows, tapColumns] in source planes with zeros around them. The
 * element of pixel p at tap t lies at `frame + pixelOffset(p) + tapOffset(t)`: the tiles read it
 * there, and no im2col matrix is made.
 *
 * The frame is the image itself where no window leaves it, else a copy of a band of pixels' windows
 * with the zeros around it, in scratch.
 */
import { scratch } from './scratch';
import { PANEL, ROWS } from './tile-shape';

/**
 * Most taps of a window, the gaps that a dilation leaves between them counted; a window with more is
 * left to the plain kernels.
 */
export const MOST_TAPS: i32 = 32768;
/** Most pixels of a band. */
export const MOST_PIXELS: i32 = 8192;

// Scratch: sums of pixels, a group that is filled up, the sweep, tables, sums of a part, packed right
// operands, a frame; conv2d-weight-grad.ts uses the rest.
const GROUP_AT: i32 = 4 * 1024;
const SWEEP_AT: i32 = 8 * 1024;
const PIXELS_AT: i32 = 12 * 1024;
const TAPS_AT: i32 = 48 * 1024;
export const PART_AT: i32 = 176 * 1024;
export const PACKED_AT: i32 = 192 * 1024;
export const PACKED_BYTES: i32 = 2 * 1024 * 1024;
export const FRAME_AT: i32 = PACKED_AT + PACKED_BYTES;
export const FRAME_BYTES: i32 = 1536 * 1024;
export const REST_AT: i32 = FRAME_AT + FRAME_BYTES;

/** Planes a multiple of this apart would compete for a few lines of the first-level cache. */
const CLASH: i32 = 256;

/** Places of a window's taps and the gaps between them, over all channels. */
export function spannedTaps(channels: i32, rows: i32, columns: i32, stepY: i32, stepX: i32): i64 {
  return <i64>channels * (<i64>(rows - 1) * stepY + 1) * (<i64>(columns - 1) * stepX + 1);
}

@unmanaged
export class Sweep {
  /** Source planes. */
  channels: i32;
  height: i32;
  width: i32;
  /** Taps of a window. */
  tapRows: i32;
  tapColumns: i32;
  /** Whether taps run from the last row and column of a window to the first. */
  flipped: bool;
  /** Source row and column of the first row and column of pixel [0, 0]'s window. */
  top: i32;
  left: i32;
  /** Rows and columns of the source between neighbouring pixels. */
  stepY: i32;
  stepX: i32;
  /** Rows and columns of the source between neighbouring taps. */
  tapStepY: i32;
  tapStepX: i32;
  /** Pixels. */
  rows: i32;
  columns: i32;
  /** Where results go: pixel [y, x] to row resultTop + y resultStepY of planes resultWidth wide. */
  resultTop: i32;
  resultLeft: i32;
  resultStepY: i32;
  resultStepX: i32;
  resultWidth: i32;

  // What `prepare` finds:
  /** Whether the source itself is the frame. */
  direct: bool;
  /** Pixels of a band: whole rows, or a part of one row. */
  bandRows: i32;
  bandColumns: i32;
  /** Bytes between rows and between planes of the frame. */
  rowStride: usize;
  planeStride: usize;

  get taps(): i32 {
    return this.channels * this.tapRows * this.tapColumns;
  }

  /** Rows of the source that a window reaches over, and columns. */
  get spanRows(): i32 {
    return (this.tapRows - 1) * this.tapStepY + 1;
  }

  get spanColumns(): i32 {
    return (this.tapColumns - 1) * this.tapStepX + 1;
  }
}

/** The sweep of this instance; there is never more than one in use. */
// @ts-ignore: decorator
@inline
export function theSweep(): Sweep {
  return changetype<Sweep>(scratch + SWEEP_AT);
}

/** Offsets of a band's pixels, u32 each. */
// @ts-ignore: decorator
@inline
export function pixelOffsets(): usize {
  return scratch + PIXELS_AT;
}

/** Offsets of the taps, u32 each. */
// @ts-ignore: decorator
@inline
export function tapOffsets(): usize {
  return scratch + TAPS_AT;
}

/** A group of offsets, one a row of a tile: the `count` at `group`, the last of them repeated. */
export function fillGroup(group: usize, count: i32): usize {
  const filled = scratch + GROUP_AT;
  for (let i = 0; i < ROWS; ++i) {
    store<u32>(filled + 4 * i, load<u32>(group + 4 * min(i, count - 1)));
  }
  return filled;
}

/** Cuts the pixels into bands whose frames fit, and fills the tables. */
export function prepareSweep<T>(s: Sweep): void {
  const size = <i32>sizeof<T>();
  const spanRows = s.spanRows;
  const spanColumns = s.spanColumns;
  s.direct =
    s.top >= 0 &&
    s.left >= 0 &&
    s.top + (s.rows - 1) * s.stepY + spanRows <= s.height &&
    s.left + (s.columns - 1) * s.stepX + spanColumns <= s.width;
  s.bandColumns = min(s.columns, MOST_PIXELS);
  s.bandRows = MOST_PIXELS / s.bandColumns;
  if (s.direct) {
    s.rowStride = s.width * size;
    s.planeStride = s.height * s.rowStride;
  } else {
    const plane = FRAME_BYTES / size / s.channels;
    s.bandColumns = min(s.bandColumns, (plane / spanRows - spanColumns) / s.stepX + 1);
    const width = (s.bandColumns - 1) * s.stepX + spanColumns;
    s.bandRows = min(s.bandRows, (plane / width - spanRows) / s.stepY + 1);
    s.rowStride = width * size;
  }
  s.bandRows = s.bandColumns < s.columns ? 1 : min(s.bandRows, s.rows);
  if (!s.direct) {
    s.planeStride = ((s.bandRows - 1) * s.stepY + spanRows) * s.rowStride;
    const apart = s.planeStride + PANEL;
    if (s.planeStride % CLASH == 0 && s.channels * apart <= FRAME_BYTES) s.planeStride = apart;
  }
  fillTables<T>(s);
}

function fillTables<T>(s: Sweep): void {
  const size = sizeof<T>();
  let at = pixelOffsets();
  for (let y = 0; y < s.bandRows; ++y) {
    let offset = y * s.stepY * s.rowStride;
    for (let x = 0; x < s.bandColumns; ++x) {
      store<u32>(at, offset);
      offset += s.stepX * size;
      at += 4;
    }
  }
  at = tapOffsets();
  for (let channel = 0; channel < s.channels; ++channel) {
    for (let i = 0; i < s.tapRows; ++i) {
      const row = s.flipped ? s.tapRows - 1 - i : i;
      for (let j = 0; j < s.tapColumns; ++j) {
        const column = s.flipped ? s.tapColumns - 1 - j : j;
        store<u32>(
          at,
          channel * s.planeStride + row * s.tapStepY * s.rowStride + column * s.tapStepX * size,
        );
        at += 4;
      }
    }
  }
}

/**
 * The frame of a band: pixels [y0, y0 + rows) x [x0, x0 + columns) of the image at `source`, for
 * channels [first, first + count). Offsets are those of the tables: the address is that of channel
 * 0. A copy is made `slot` bytes behind the start of the room for frames.
 */
export function frameOf<T>(
  s: Sweep,
  source: usize,
  y0: i32,
  x0: i32,
  rows: i32,
  columns: i32,
  first: i32,
  count: i32,
  slot: usize,
): usize {
  const size = <i32>sizeof<T>();
  const top = s.top + y0 * s.stepY;
  const left = s.left + x0 * s.stepX;
  if (s.direct) return source + top * s.rowStride + left * size;
  const height = (rows - 1) * s.stepY + s.spanRows;
  const width = (columns - 1) * s.stepX + s.spanColumns;
  const frame = scratch + FRAME_AT + slot;
  for (let channel = 0; channel < count; ++channel) {
    const plane = source + <usize>(first + channel) * s.height * s.width * size;
    let row = frame + channel * s.planeStride;
    for (let y = top; y < top + height; ++y) {
      if (y < 0 || y >= s.height) memory.fill(row, 0, width * size);
      else copyPart<T>(row, plane + <usize>y * s.width * size, left, width, s.width);
      row += s.rowStride;
    }
  }
  return frame - first * s.planeStride;
}

/** to[i] = row[left + i] for i < n, zero where that is outside of [0, width). */
// @ts-ignore: decorator
@inline
function copyPart<T>(to: usize, row: usize, left: i32, n: i32, width: i32): void {
  const size = <i32>sizeof<T>();
  let i = 0;
  for (const zeros = min(n, -left); i < zeros; ++i) store<T>(to + i * size, <T>0);
  const end = min(n, width - left);
  const from = row + left * size;
  for (; i + 16 / size <= end; i += 16 / size)
    v128.store(to + i * size, v128.load(from + i * size));
  for (; i < end; ++i) store<T>(to + i * size, load<T>(from + i * size));
  for (; i < n; ++i) store<T>(to + i * size, <T>0);
}
