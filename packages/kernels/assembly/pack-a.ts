import { interleave4 } from './transpose';
import { ROWS } from './tile-shape';

/**
 * Packs rows [i0, i0 + mc) and steps [p0, p0 + kc) of op(A) for the `Packed` access of the tiles:
 * groups of `ROWS` rows, interleaved; the last group is filled up with rows of zeros. A is [m, k]
 * with rows of `lda` elements, or (transA) [k, m].
 */
export function packA<T>(
  to: usize,
  a: usize,
  lda: i32,
  transA: bool,
  i0: i32,
  mc: i32,
  p0: i32,
  kc: i32,
): void {
  const size = <i32>sizeof<T>();
  for (let i = 0; i < mc; i += ROWS) {
    const rows = min(ROWS, mc - i);
    if (rows < ROWS) memory.fill(to, 0, kc * ROWS * size);
    if (transA) {
      packColumns<T>(to, a + (<usize>p0 * lda + i0 + i) * size, lda, rows, kc);
    } else {
      packRows<T>(to, a + (<usize>(i0 + i) * lda + p0) * size, lda, rows, kc);
    }
    to += kc * ROWS * size;
  }
}

/** to[p * ROWS + i] = a[p * lda + i] */
function packColumns<T>(to: usize, a: usize, lda: i32, rows: i32, kc: i32): void {
  const size = <i32>sizeof<T>();
  const vectors = (rows * size) & ~15;
  for (let p = 0; p < kc; ++p) {
    let i = 0;
    for (; i < vectors; i += 16) v128.store(to + i, v128.load(a + i));
    for (; i < rows * size; i += size) store<T>(to + i, load<T>(a + i));
    to += ROWS * size;
    a += lda * size;
  }
}

/** to[p * ROWS + i] = a[i * lda + p] */
function packRows<T>(to: usize, a: usize, lda: i32, rows: i32, kc: i32): void {
  const size = <i32>sizeof<T>();
  const stride = ROWS * size;
  let i = 0;
  if (sizeof<T>() == 4) {
    for (; i + 4 <= rows; i += 4)
      interleave4(to + 4 * i, stride, a + <usize>i * lda * 4, lda * 4, kc);
  }
  for (; i < rows; ++i) {
    let from = a + <usize>i * lda * size;
    let target = to + i * size;
    for (let p = 0; p < kc; ++p) {
      store<T>(target, load<T>(from));
      from += size;
      target += stride;
    }
  }
}
