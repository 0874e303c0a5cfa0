import { madd } from './madd';
import { ADD, isPacked, isScattered, RESUME } from './tile-access';

/**
 * 6 rows by 32 bytes (8 f32 or 4 f64), half a panel: the fastest with 128-bit registers where multiply
 * and add are one instruction, so that no register holds the product.
 */
export function tile6x8<T, Access>(
  kc: i32,
  a: usize,
  rows: usize,
  offsets: usize,
  b: usize,
  c: usize,
  ldc: usize,
  mode: i32,
): void {
  let c00: v128, c01: v128;
  let c10: v128, c11: v128;
  let c20: v128, c21: v128;
  let c30: v128, c31: v128;
  let c40: v128, c41: v128;
  let c50: v128, c51: v128;
  const r1 = c + ldc, r2 = r1 + ldc, r3 = r2 + ldc, r4 = r3 + ldc, r5 = r4 + ldc;
  if (mode == RESUME) {
    c00 = v128.load(c); c01 = v128.load(c, 16);
    c10 = v128.load(r1); c11 = v128.load(r1, 16);
    c20 = v128.load(r2); c21 = v128.load(r2, 16);
    c30 = v128.load(r3); c31 = v128.load(r3, 16);
    c40 = v128.load(r4); c41 = v128.load(r4, 16);
    c50 = v128.load(r5); c51 = v128.load(r5, 16);
  } else {
    c00 = i64x2.splat(0); c01 = i64x2.splat(0);
    c10 = i64x2.splat(0); c11 = i64x2.splat(0);
    c20 = i64x2.splat(0); c21 = i64x2.splat(0);
    c30 = i64x2.splat(0); c31 = i64x2.splat(0);
    c40 = i64x2.splat(0); c41 = i64x2.splat(0);
    c50 = i64x2.splat(0); c51 = i64x2.splat(0);
  }
  let a1: usize = 0, a2: usize = 0, a3: usize = 0, a4: usize = 0, a5: usize = 0;
  if (isScattered<Access>()) {
    a1 = a + load<u32>(rows, 4);
    a2 = a + load<u32>(rows, 8);
    a3 = a + load<u32>(rows, 12);
    a4 = a + load<u32>(rows, 16);
    a5 = a + load<u32>(rows, 20);
    a += load<u32>(rows);
  }
  const end = b + (<usize>kc << 6);
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let f: usize = 0;
    let p = a;
    if (!isPacked<Access>()) {
      f = load<u32>(offsets);
      offsets += 4;
      p = a + f;
    }
    let x = v128.load_splat<T>(p);
    c00 = madd<T>(x, b0, c00); c01 = madd<T>(x, b1, c01);
    if (isScattered<Access>()) x = v128.load_splat<T>(a1 + f);
    else x = v128.load_splat<T>(p, sizeof<T>());
    c10 = madd<T>(x, b0, c10); c11 = madd<T>(x, b1, c11);
    if (isScattered<Access>()) x = v128.load_splat<T>(a2 + f);
    else x = v128.load_splat<T>(p, 2 * sizeof<T>());
    c20 = madd<T>(x, b0, c20); c21 = madd<T>(x, b1, c21);
    if (isScattered<Access>()) x = v128.load_splat<T>(a3 + f);
    else x = v128.load_splat<T>(p, 3 * sizeof<T>());
    c30 = madd<T>(x, b0, c30); c31 = madd<T>(x, b1, c31);
    if (isScattered<Access>()) x = v128.load_splat<T>(a4 + f);
    else x = v128.load_splat<T>(p, 4 * sizeof<T>());
    c40 = madd<T>(x, b0, c40); c41 = madd<T>(x, b1, c41);
    if (isScattered<Access>()) x = v128.load_splat<T>(a5 + f);
    else x = v128.load_splat<T>(p, 5 * sizeof<T>());
    c50 = madd<T>(x, b0, c50); c51 = madd<T>(x, b1, c51);
    if (isPacked<Access>()) a += 6 * sizeof<T>();
    b += 64;
  }
  if (mode == ADD) {
    v128.store(c, v128.add<T>(v128.load(c), c00)); v128.store(c, v128.add<T>(v128.load(c, 16), c01), 16);
    v128.store(r1, v128.add<T>(v128.load(r1), c10)); v128.store(r1, v128.add<T>(v128.load(r1, 16), c11), 16);
    v128.store(r2, v128.add<T>(v128.load(r2), c20)); v128.store(r2, v128.add<T>(v128.load(r2, 16), c21), 16);
    v128.store(r3, v128.add<T>(v128.load(r3), c30)); v128.store(r3, v128.add<T>(v128.load(r3, 16), c31), 16);
    v128.store(r4, v128.add<T>(v128.load(r4), c40)); v128.store(r4, v128.add<T>(v128.load(r4, 16), c41), 16);
    v128.store(r5, v128.add<T>(v128.load(r5), c50)); v128.store(r5, v128.add<T>(v128.load(r5, 16), c51), 16);
  } else {
    v128.store(c, c00); v128.store(c, c01, 16);
    v128.store(r1, c10); v128.store(r1, c11, 16);
    v128.store(r2, c20); v128.store(r2, c21, 16);
    v128.store(r3, c30); v128.store(r3, c31, 16);
    v128.store(r4, c40); v128.store(r4, c41, 16);
    v128.store(r5, c50); v128.store(r5, c51, 16);
  }
}
