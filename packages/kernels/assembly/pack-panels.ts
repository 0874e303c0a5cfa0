import { PANEL, panelLanes, panelsOf } from './tile-shape';
import { interleave2, interleave4 } from './transpose';

/**
 * Packs panels [first, first + count) of op(B) for steps [p0, p0 + kc): a panel is 64 bytes of
 * columns, step after step, filled up with zeros behind column n. B is [k, n] with rows of `ldb`
 * elements, or (transB) [n, k].
 */
export function packPanels<T>(
  to: usize,
  b: usize,
  ldb: i32,
  transB: bool,
  n: i32,
  first: i32,
  count: i32,
  p0: i32,
  kc: i32,
): void {
  const size = <i32>sizeof<T>();
  for (let panel = first; panel < first + count; ++panel) {
    const j = panel * panelLanes<T>();
    const columns = min(panelLanes<T>(), n - j);
    if (transB) {
      packTransposed<T>(to, b + (<usize>j * ldb + p0) * size, ldb * size, columns, kc);
    } else {
      packStraight(to, b + (<usize>p0 * ldb + j) * size, ldb * size, columns * size, kc);
    }
    to += kc * PANEL;
  }
}

/** to[p][j] = b[p][j] for `width` bytes of columns, zeros behind them. */
export function packStraight(to: usize, b: usize, stride: i32, width: i32, kc: i32): void {
  if (width == PANEL) {
    for (let p = 0; p < kc; ++p) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
      v128.store(to, v128.load(b, 32), 32);
      v128.store(to, v128.load(b, 48), 48);
      to += PANEL;
      b += stride;
    }
    return;
  }
  const zero = i64x2.splat(0);
  for (let p = 0; p < kc; ++p) {
    v128.store(to, zero);
    v128.store(to, zero, 16);
    v128.store(to, zero, 32);
    v128.store(to, zero, 48);
    let j = 0;
    for (; j + 16 <= width; j += 16) v128.store(to + j, v128.load(b + j));
    for (; j < width; j += 4) store<u32>(to + j, load<u32>(b + j));
    to += PANEL;
    b += stride;
  }
}

/**
 * to[p][j] = b[j][p] for `columns` columns, whose rows in b lie `stride` bytes apart; zeros behind.
 */
export function packTransposed<T>(to: usize, b: usize, stride: i32, columns: i32, kc: i32): void {
  if (columns < panelLanes<T>()) memory.fill(to, 0, kc * PANEL);
  let j = 0;
  if (sizeof<T>() == 4) {
    for (; j + 4 <= columns; j += 4)
      interleave4(to + 4 * j, PANEL, b + <usize>j * stride, stride, kc);
  } else {
    for (; j + 2 <= columns; j += 2)
      interleave2(to + 8 * j, PANEL, b + <usize>j * stride, stride, kc);
  }
  for (; j < columns; ++j) {
    let from = b + <usize>j * stride;
    let target = to + j * <i32>sizeof<T>();
    for (let p = 0; p < kc; ++p) {
      store<T>(target, load<T>(from));
      from += sizeof<T>();
      target += PANEL;
    }
  }
}
