import { madd } from './madd';
import { ADD, isPacked, isScattered, RESUME } from './tile-access';
import { storePair } from './vector';

/** What sums start from. */
const ZEROS: usize = memory.data(64, 16);

/**
 * 4 rows by 64 bytes (16 f32 or 8 f64), for engines that pair 128-bit operations into 256-bit ones:
 * each pair of loads and stores shares its base and lies 16 bytes apart. 8 wide accumulators, two
 * of the panel and one of the left operand fit the 15 registers that V8 has to give.
 *
 * All modes share one set of loads and one of stores: sums that begin with constants in one branch
 * and with loads in the other cost a tenth of the speed, stores of their own for ADD a quarter.
 */
export function tile4x16<T, Access>(
  kc: i32,
  a: usize,
  rows: usize,
  offsets: usize,
  b: usize,
  c: usize,
  ldc: usize,
  mode: i32,
): void {
  const r1 = c + ldc, r2 = r1 + ldc, r3 = r2 + ldc;
  const from = mode == RESUME ? c : ZEROS;
  const step = mode == RESUME ? ldc : 0;
  const s1 = from + step, s2 = s1 + step, s3 = s2 + step;
  let c00 = v128.load(from), c01 = v128.load(from, 16);
  let c02 = v128.load(from, 32), c03 = v128.load(from, 48);
  let c10 = v128.load(s1), c11 = v128.load(s1, 16);
  let c12 = v128.load(s1, 32), c13 = v128.load(s1, 48);
  let c20 = v128.load(s2), c21 = v128.load(s2, 16);
  let c22 = v128.load(s2, 32), c23 = v128.load(s2, 48);
  let c30 = v128.load(s3), c31 = v128.load(s3, 16);
  let c32 = v128.load(s3, 32), c33 = v128.load(s3, 48);
  let a1: usize = 0, a2: usize = 0, a3: usize = 0;
  if (isScattered<Access>()) {
    a1 = a + load<u32>(rows, 4);
    a2 = a + load<u32>(rows, 8);
    a3 = a + load<u32>(rows, 12);
    a += load<u32>(rows);
  }
  const end = b + (<usize>kc << 6);
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let f: usize = 0;
    let p = a;
    if (!isPacked<Access>()) {
      f = load<u32>(offsets);
      offsets += 4;
      p = a + f;
    }
    let x = v128.load_splat<T>(p);
    c00 = madd<T>(x, b0, c00); c01 = madd<T>(x, b1, c01);
    c02 = madd<T>(x, b2, c02); c03 = madd<T>(x, b3, c03);
    if (isScattered<Access>()) x = v128.load_splat<T>(a1 + f);
    else x = v128.load_splat<T>(p, sizeof<T>());
    c10 = madd<T>(x, b0, c10); c11 = madd<T>(x, b1, c11);
    c12 = madd<T>(x, b2, c12); c13 = madd<T>(x, b3, c13);
    if (isScattered<Access>()) x = v128.load_splat<T>(a2 + f);
    else x = v128.load_splat<T>(p, 2 * sizeof<T>());
    c20 = madd<T>(x, b0, c20); c21 = madd<T>(x, b1, c21);
    c22 = madd<T>(x, b2, c22); c23 = madd<T>(x, b3, c23);
    if (isScattered<Access>()) x = v128.load_splat<T>(a3 + f);
    else x = v128.load_splat<T>(p, 3 * sizeof<T>());
    c30 = madd<T>(x, b0, c30); c31 = madd<T>(x, b1, c31);
    c32 = madd<T>(x, b2, c32); c33 = madd<T>(x, b3, c33);
    if (isPacked<Access>()) a += 4 * sizeof<T>();
    b += 64;
  }
  if (mode == ADD) {
    c00 = v128.add<T>(v128.load(c), c00); c01 = v128.add<T>(v128.load(c, 16), c01);
    c02 = v128.add<T>(v128.load(c, 32), c02); c03 = v128.add<T>(v128.load(c, 48), c03);
    c10 = v128.add<T>(v128.load(r1), c10); c11 = v128.add<T>(v128.load(r1, 16), c11);
    c12 = v128.add<T>(v128.load(r1, 32), c12); c13 = v128.add<T>(v128.load(r1, 48), c13);
    c20 = v128.add<T>(v128.load(r2), c20); c21 = v128.add<T>(v128.load(r2, 16), c21);
    c22 = v128.add<T>(v128.load(r2, 32), c22); c23 = v128.add<T>(v128.load(r2, 48), c23);
    c30 = v128.add<T>(v128.load(r3), c30); c31 = v128.add<T>(v128.load(r3, 16), c31);
    c32 = v128.add<T>(v128.load(r3, 32), c32); c33 = v128.add<T>(v128.load(r3, 48), c33);
  }
  storePair(c, c00, c01); storePair(c + 32, c02, c03);
  storePair(r1, c10, c11); storePair(r1 + 32, c12, c13);
  storePair(r2, c20, c21); storePair(r2 + 32, c22, c23);
  storePair(r3, c30, c31); storePair(r3 + 32, c32, c33);
}

/**
 * As `tile4x16` for steps that are cut into parts: each is summed by itself, and the sums are joined by
 * the binary tree over parts. In `waiting` lie the first of a pair, then those sums that wait for their right
 * neighbour, one a level of the tree. `a` and `b` are packed over all parts, and no part is longer than a block along k. All
 * of it in one function and two parts a round, because short parts spend much of their time in between.
 */
export function tileParts4x16<T>(
  a: usize,
  b: usize,
  ends: usize,
  parts: i32,
  waiting: usize,
  c: usize,
  ldc: usize,
): void {
  const begin = b;
  const final = (parts - 1) >> 1;
  for (let pair = 0; pair <= final; ++pair) {
    let c00 = v128.load(ZEROS), c01 = v128.load(ZEROS, 16);
    let c02 = v128.load(ZEROS, 32), c03 = v128.load(ZEROS, 48);
    let c10 = v128.load(ZEROS), c11 = v128.load(ZEROS, 16);
    let c12 = v128.load(ZEROS, 32), c13 = v128.load(ZEROS, 48);
    let c20 = v128.load(ZEROS), c21 = v128.load(ZEROS, 16);
    let c22 = v128.load(ZEROS, 32), c23 = v128.load(ZEROS, 48);
    let c30 = v128.load(ZEROS), c31 = v128.load(ZEROS, 16);
    let c32 = v128.load(ZEROS, 32), c33 = v128.load(ZEROS, 48);
    let end = begin + (<usize>load<i32>(ends) << 6);
    while (b < end) {
      const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
      let x = v128.load_splat<T>(a);
      c00 = madd<T>(x, b0, c00); c01 = madd<T>(x, b1, c01);
      c02 = madd<T>(x, b2, c02); c03 = madd<T>(x, b3, c03);
      x = v128.load_splat<T>(a, sizeof<T>());
      c10 = madd<T>(x, b0, c10); c11 = madd<T>(x, b1, c11);
      c12 = madd<T>(x, b2, c12); c13 = madd<T>(x, b3, c13);
      x = v128.load_splat<T>(a, 2 * sizeof<T>());
      c20 = madd<T>(x, b0, c20); c21 = madd<T>(x, b1, c21);
      c22 = madd<T>(x, b2, c22); c23 = madd<T>(x, b3, c23);
      x = v128.load_splat<T>(a, 3 * sizeof<T>());
      c30 = madd<T>(x, b0, c30); c31 = madd<T>(x, b1, c31);
      c32 = madd<T>(x, b2, c32); c33 = madd<T>(x, b3, c33);
      a += 4 * sizeof<T>();
      b += 64;
    }
    storePair(waiting, c00, c01); storePair(waiting + 32, c02, c03);
    storePair(waiting + 64, c10, c11); storePair(waiting + 96, c12, c13);
    storePair(waiting + 128, c20, c21); storePair(waiting + 160, c22, c23);
    storePair(waiting + 192, c30, c31); storePair(waiting + 224, c32, c33);
    c00 = v128.load(ZEROS); c01 = v128.load(ZEROS, 16);
    c02 = v128.load(ZEROS, 32); c03 = v128.load(ZEROS, 48);
    c10 = v128.load(ZEROS); c11 = v128.load(ZEROS, 16);
    c12 = v128.load(ZEROS, 32); c13 = v128.load(ZEROS, 48);
    c20 = v128.load(ZEROS); c21 = v128.load(ZEROS, 16);
    c22 = v128.load(ZEROS, 32); c23 = v128.load(ZEROS, 48);
    c30 = v128.load(ZEROS); c31 = v128.load(ZEROS, 16);
    c32 = v128.load(ZEROS, 32); c33 = v128.load(ZEROS, 48);
    // Behind an odd number of parts comes an empty one: its sum, +0, changes nothing.
    if (2 * pair + 1 < parts) end = begin + (<usize>load<i32>(ends, 4) << 6);
    ends += 8;
    while (b < end) {
      const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
      let x = v128.load_splat<T>(a);
      c00 = madd<T>(x, b0, c00); c01 = madd<T>(x, b1, c01);
      c02 = madd<T>(x, b2, c02); c03 = madd<T>(x, b3, c03);
      x = v128.load_splat<T>(a, sizeof<T>());
      c10 = madd<T>(x, b0, c10); c11 = madd<T>(x, b1, c11);
      c12 = madd<T>(x, b2, c12); c13 = madd<T>(x, b3, c13);
      x = v128.load_splat<T>(a, 2 * sizeof<T>());
      c20 = madd<T>(x, b0, c20); c21 = madd<T>(x, b1, c21);
      c22 = madd<T>(x, b2, c22); c23 = madd<T>(x, b3, c23);
      x = v128.load_splat<T>(a, 3 * sizeof<T>());
      c30 = madd<T>(x, b0, c30); c31 = madd<T>(x, b1, c31);
      c32 = madd<T>(x, b2, c32); c33 = madd<T>(x, b3, c33);
      a += 4 * sizeof<T>();
      b += 64;
    }
    c00 = v128.add<T>(v128.load(waiting), c00); c01 = v128.add<T>(v128.load(waiting, 16), c01);
    c02 = v128.add<T>(v128.load(waiting, 32), c02); c03 = v128.add<T>(v128.load(waiting, 48), c03);
    const w1 = waiting + 64;
    c10 = v128.add<T>(v128.load(w1), c10); c11 = v128.add<T>(v128.load(w1, 16), c11);
    c12 = v128.add<T>(v128.load(w1, 32), c12); c13 = v128.add<T>(v128.load(w1, 48), c13);
    const w2 = waiting + 128;
    c20 = v128.add<T>(v128.load(w2), c20); c21 = v128.add<T>(v128.load(w2, 16), c21);
    c22 = v128.add<T>(v128.load(w2, 32), c22); c23 = v128.add<T>(v128.load(w2, 48), c23);
    const w3 = waiting + 192;
    c30 = v128.add<T>(v128.load(w3), c30); c31 = v128.add<T>(v128.load(w3, 16), c31);
    c32 = v128.add<T>(v128.load(w3, 32), c32); c33 = v128.add<T>(v128.load(w3, 48), c33);
    // The bits of `pair` say on which levels a sum waits; behind the last one all that wait are joined.
    let level = waiting + 256;
    for (let rest = pair; rest != 0 && (pair == final || rest & 1); rest >>= 1) {
      if (rest & 1) {
        c00 = v128.add<T>(v128.load(level), c00); c01 = v128.add<T>(v128.load(level, 16), c01);
        c02 = v128.add<T>(v128.load(level, 32), c02); c03 = v128.add<T>(v128.load(level, 48), c03);
        const l1 = level + 64;
        c10 = v128.add<T>(v128.load(l1), c10); c11 = v128.add<T>(v128.load(l1, 16), c11);
        c12 = v128.add<T>(v128.load(l1, 32), c12); c13 = v128.add<T>(v128.load(l1, 48), c13);
        const l2 = level + 128;
        c20 = v128.add<T>(v128.load(l2), c20); c21 = v128.add<T>(v128.load(l2, 16), c21);
        c22 = v128.add<T>(v128.load(l2, 32), c22); c23 = v128.add<T>(v128.load(l2, 48), c23);
        const l3 = level + 192;
        c30 = v128.add<T>(v128.load(l3), c30); c31 = v128.add<T>(v128.load(l3, 16), c31);
        c32 = v128.add<T>(v128.load(l3, 32), c32); c33 = v128.add<T>(v128.load(l3, 48), c33);
      }
      level += 256;
    }
    const r0 = pair == final ? c : level;
    const stride = pair == final ? ldc : 64;
    const r1 = r0 + stride, r2 = r1 + stride, r3 = r2 + stride;
    storePair(r0, c00, c01); storePair(r0 + 32, c02, c03);
    storePair(r1, c10, c11); storePair(r1 + 32, c12, c13);
    storePair(r2, c20, c21); storePair(r2 + 32, c22, c23);
    storePair(r3, c30, c31); storePair(r3 + 32, c32, c33);
  }
}
