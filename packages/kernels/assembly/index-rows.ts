/** Indices themselves, and whole rows written or added where they say. */
import { elementAt } from './broadcast';
import { copyRow } from './copy-row';
import { addInto } from './lane-sum';

/**
 * out[i] = indices[i], counted from the back where it is negative. Returns the first place whose index is outside
 * of [-size, size), or -1 when there is none.
 */
export function wrapIndices(out: usize, indices: usize, n: i32, size: i32): i32 {
  for (let i = 0; i < n; i++) {
    const index = load<i32>(elementAt<i32>(indices, i));
    const wrapped = index < 0 ? index + size : index;
    if (wrapped < 0 || wrapped >= size) return i;
    store<i32>(elementAt<i32>(out, i), wrapped);
  }
  return -1;
}

/** Writes the places of the n bytes that are not 0 to the i32 out, and returns how many there are. */
export function nonzeroPlaces(out: usize, mask: usize, n: i32): i32 {
  let count = 0;
  for (let i = 0; i < n; i++) {
    store<i32>(elementAt<i32>(out, count), i);
    count += <i32>(load<u8>(mask + i) != 0);
  }
  return count;
}

/** Copies row i of x, rowBytes long, to row indices[i] of out; the last of several stays. */
export function scatterRows(out: usize, x: usize, indices: usize, count: i32, rowBytes: i32): void {
  for (let i = 0; i < count; i++) {
    const row = out + <usize>load<i32>(elementAt<i32>(indices, i)) * <usize>rowBytes;
    if (rowBytes & 3) copyRow<u8>(row, x, rowBytes);
    else copyRow<u32>(row, x, rowBytes >> 2);
    x += rowBytes;
  }
}

/** Adds row i of x to row indices[i] of out, in ascending order of i. */
// @ts-ignore: decorator
@inline
function addRows<T>(out: usize, x: usize, indices: usize, count: i32, length: i32): void {
  for (let i = 0; i < count; i++) {
    addInto<T>(elementAt<T>(out, load<i32>(elementAt<i32>(indices, i)) * length), x, length);
    x = elementAt<T>(x, length);
  }
}

export function addRows_f32(out: usize, x: usize, indices: usize, count: i32, length: i32): void { addRows<f32>(out, x, indices, count, length); }
export function addRows_f64(out: usize, x: usize, indices: usize, count: i32, length: i32): void { addRows<f64>(out, x, indices, count, length); }
export function addRows_i32(out: usize, x: usize, indices: usize, count: i32, length: i32): void { addRows<i32>(out, x, indices, count, length); }
