/**
 * The order in which sums are made, for every kernel that has one (sum, mean, softmax, losses, ...).
 *
 * Element j of n goes to virtual lane j mod 16; a lane starts at +0 and adds its elements in ascending
 * order; at the end lane l and lane l + 8 are added, then l and l + 4, l + 2, l + 1, the lower lane
 * on the left. So the bits depend on n and the values alone: on no vector width, no element type's
 * size, no alignment, nor on how the elements are spread out in memory. (A lane that starts at +0 is never
 * -0, so adding +0 to it, as the padded last vector does, changes nothing.)
 */
import { elementAt } from './broadcast';
import { scratch } from './scratch';
import { lanes, loadAsF64, loadUpTo, storePair, storeUpTo } from './vector';

/** How many virtual lanes there are. */
export const LANES = 16;

/** Bytes at the start of the scratch region that the functions of this file work in. */
export const LANE_SUM_BYTES = 256;

// The sixteen running sums are kept at `sums`, in the scratch region.

// @ts-ignore: decorator
@inline
export function clearLanes<T>(sums: usize): void {
  const zero = i32x4.splat(0);
  for (let i = 0; i < LANES * <i32>sizeof<T>(); i += 32) {
    storePair(sums + i, zero, zero);
  }
}

/** sums[i] += x[i] for i < n */
export function addInto<T>(sums: usize, x: usize, n: i32): void {
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const first = v128.add<T>(v128.load(sums), v128.load(x));
    const second = v128.add<T>(v128.load(sums, 16), v128.load(x, 16));
    storePair(sums, first, second);
    sums += 32;
    x += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    storeUpTo<T>(sums, v128.add<T>(loadUpTo<T>(sums, n), loadUpTo<T>(x, n)), n);
    sums += 16;
    x += 16;
  }
}

/** A vector of S made of elements of T, which is S, or f32 where S is f64. */
// @ts-ignore: decorator
@inline
function loadAs<S, T>(x: usize, offset: i32): v128 {
  const at = elementAt<T>(x, offset * lanes<S>());
  return sizeof<S>() == sizeof<T>() ? v128.load(at) : loadAsF64<T>(at);
}

/**
 * Adds n elements of T to lanes of S (T itself, or f64), the first element to lane 0: all but the last call
 * of a sum bring a multiple of 16.
 */
export function addToLanes<S, T>(sums: usize, x: usize, n: i32): void {
  if (n >= LANES) {
    let a = v128.load(sums);
    let b = v128.load(sums, 16);
    let c = v128.load(sums, 32);
    let d = v128.load(sums, 48);
    if (sizeof<S>() == 4) {
      for (; n >= LANES; n -= LANES) {
        a = v128.add<S>(a, loadAs<S, T>(x, 0));
        b = v128.add<S>(b, loadAs<S, T>(x, 1));
        c = v128.add<S>(c, loadAs<S, T>(x, 2));
        d = v128.add<S>(d, loadAs<S, T>(x, 3));
        x = elementAt<T>(x, LANES);
      }
    } else {
      let e = v128.load(sums, 64);
      let f = v128.load(sums, 80);
      let g = v128.load(sums, 96);
      let h = v128.load(sums, 112);
      for (; n >= LANES; n -= LANES) {
        a = v128.add<S>(a, loadAs<S, T>(x, 0));
        b = v128.add<S>(b, loadAs<S, T>(x, 1));
        c = v128.add<S>(c, loadAs<S, T>(x, 2));
        d = v128.add<S>(d, loadAs<S, T>(x, 3));
        e = v128.add<S>(e, loadAs<S, T>(x, 4));
        f = v128.add<S>(f, loadAs<S, T>(x, 5));
        g = v128.add<S>(g, loadAs<S, T>(x, 6));
        h = v128.add<S>(h, loadAs<S, T>(x, 7));
        x = elementAt<T>(x, LANES);
      }
      storePair(sums + 64, e, f);
      storePair(sums + 96, g, h);
    }
    storePair(sums, a, b);
    storePair(sums + 32, c, d);
  }
  for (; n > 0; n--) {
    store<S>(sums, load<S>(sums) + <S>load<T>(x));
    sums += sizeof<S>();
    x += sizeof<T>();
  }
}

/**
 * The tree over the lanes, for `width` sums side by side: lane l of sum i is at sums[l * width + i].
 * The results are sums[0 .. width - 1].
 */
export function joinLanes<T>(sums: usize, width: i32): void {
  for (let half = LANES >> 1; half >= 1; half >>= 1) {
    addInto<T>(sums, sums + (<usize>(half * width) << alignof<T>()), half * width);
  }
}

/** The tree over the lanes of one sum, in registers. */
export function joinedLanes<T>(sums: usize): T {
  let a = v128.add<T>(v128.load(sums), v128.load(sums, sizeof<T>() == 4 ? 32 : 64));
  const b = v128.add<T>(v128.load(sums, 16), v128.load(sums, sizeof<T>() == 4 ? 48 : 80));
  if (sizeof<T>() == 4) {
    // a: lanes 0 to 3, b: lanes 4 to 7
    a = v128.add<T>(a, b);
    a = v128.add<T>(a, i64x2.shuffle(a, a, 1, 0));
    return v128.extract_lane<T>(v128.add<T>(a, i32x4.shuffle(a, a, 1, 0, 3, 2)), 0);
  }
  // a: lanes 0 and 1, b: 2 and 3, c: 4 and 5, d: 6 and 7
  const c = v128.add<T>(v128.load(sums, 32), v128.load(sums, 96));
  const d = v128.add<T>(v128.load(sums, 48), v128.load(sums, 112));
  a = v128.add<T>(v128.add<T>(a, c), v128.add<T>(b, d));
  return v128.extract_lane<T>(v128.add<T>(a, i64x2.shuffle(a, a, 1, 0)), 0);
}

/** The sum of n contiguous elements of T in S, which is T or f64. */
export function laneSum<S, T>(x: usize, n: i32): S {
  const sums = scratch;
  clearLanes<S>(sums);
  addToLanes<S, T>(sums, x, n);
  return joinedLanes<S>(sums);
}
