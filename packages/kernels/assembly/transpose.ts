/**
 * Transposes blocks of four rows of 32-bit elements: to[p][i] = from[i][p] for i < 4, p < n, where
 * rows of `to` lie `toStride` bytes apart and rows of `from` lie `fromStride` bytes apart.
 */
export function interleave4(to: usize, toStride: i32, from: usize, fromStride: i32, n: i32): void {
  let r0 = from;
  let r1 = r0 + fromStride;
  let r2 = r1 + fromStride;
  let r3 = r2 + fromStride;
  let p = 0;
  for (; p + 4 <= n; p += 4) {
    const a = v128.load(r0),
      b = v128.load(r1),
      c = v128.load(r2),
      d = v128.load(r3);
    const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(ab0, cd0, 0, 2));
    to += toStride;
    v128.store(to, v128.shuffle<i64>(ab0, cd0, 1, 3));
    to += toStride;
    v128.store(to, v128.shuffle<i64>(ab2, cd2, 0, 2));
    to += toStride;
    v128.store(to, v128.shuffle<i64>(ab2, cd2, 1, 3));
    to += toStride;
    r0 += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
  }
  for (; p < n; ++p) {
    store<u32>(to, load<u32>(r0));
    store<u32>(to, load<u32>(r1), 4);
    store<u32>(to, load<u32>(r2), 8);
    store<u32>(to, load<u32>(r3), 12);
    to += toStride;
    r0 += 4;
    r1 += 4;
    r2 += 4;
    r3 += 4;
  }
}

/** As `interleave4`, for two rows of 64-bit elements. */
export function interleave2(to: usize, toStride: i32, from: usize, fromStride: i32, n: i32): void {
  let r0 = from;
  let r1 = r0 + fromStride;
  let p = 0;
  for (; p + 2 <= n; p += 2) {
    const a = v128.load(r0),
      b = v128.load(r1);
    v128.store(to, v128.shuffle<i64>(a, b, 0, 2));
    to += toStride;
    v128.store(to, v128.shuffle<i64>(a, b, 1, 3));
    to += toStride;
    r0 += 16;
    r1 += 16;
  }
  if (p < n) {
    store<u64>(to, load<u64>(r0));
    store<u64>(to, load<u64>(r1), 8);
  }
}
