import { madd } from './madd';
import { ADD, isPacked, isScattered, RESUME } from './tile-access';

/**
 * 4 rows by 32 bytes (8 f32 or 4 f64), half a panel, for engines with 128-bit registers: 8
 * accumulators, two of the panel, one of the left operand and the product fit the 15 that V8 has to
 * give. A fifth row is 3 to 6 % faster on large matrices and a fifth slower on 16 rows, which is
 * what a leaf has.
 *
 * ADD has stores of its own: sums that are merged behind the loop may be spilled inside it by the
 * V8 of Node 20, at half the speed.
 */
export function tile4x8<T, Access>(
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
  const r1 = c + ldc, r2 = r1 + ldc, r3 = r2 + ldc;
  if (mode == RESUME) {
    c00 = v128.load(c); c01 = v128.load(c, 16);
    c10 = v128.load(r1); c11 = v128.load(r1, 16);
    c20 = v128.load(r2); c21 = v128.load(r2, 16);
    c30 = v128.load(r3); c31 = v128.load(r3, 16);
  } else {
    c00 = i64x2.splat(0); c01 = i64x2.splat(0);
    c10 = i64x2.splat(0); c11 = i64x2.splat(0);
    c20 = i64x2.splat(0); c21 = i64x2.splat(0);
    c30 = i64x2.splat(0); c31 = i64x2.splat(0);
  }
  let a1: usize = 0, a2: usize = 0, a3: usize = 0;
  if (isScattered<Access>()) {
    a1 = a + load<u32>(rows, 4);
    a2 = a + load<u32>(rows, 8);
    a3 = a + load<u32>(rows, 12);
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
    if (isPacked<Access>()) a += 4 * sizeof<T>();
    b += 64;
  }
  if (mode == ADD) {
    v128.store(c, v128.add<T>(v128.load(c), c00));
    v128.store(c, v128.add<T>(v128.load(c, 16), c01), 16);
    v128.store(r1, v128.add<T>(v128.load(r1), c10));
    v128.store(r1, v128.add<T>(v128.load(r1, 16), c11), 16);
    v128.store(r2, v128.add<T>(v128.load(r2), c20));
    v128.store(r2, v128.add<T>(v128.load(r2, 16), c21), 16);
    v128.store(r3, v128.add<T>(v128.load(r3), c30));
    v128.store(r3, v128.add<T>(v128.load(r3, 16), c31), 16);
  } else {
    v128.store(c, c00); v128.store(c, c01, 16);
    v128.store(r1, c10); v128.store(r1, c11, 16);
    v128.store(r2, c20); v128.store(r2, c21, 16);
    v128.store(r3, c30); v128.store(r3, c31, 16);
  }
}
