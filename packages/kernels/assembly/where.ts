/**
 * `where_dtype(out, condition, a, b, n, meta)`: a where the u8 condition is not 0, else b.
 *
 * `meta` 0: all are contiguous, n elements. Otherwise the address of i32 words [ndim, shape..,
 * strides of condition.., of a.., of b..], any strides, in elements.
 */
import { elementAt, metaWord } from './broadcast';

// @ts-ignore: decorator
@inline
function chooseRow<T>(
  out: usize,
  condition: usize,
  a: usize,
  b: usize,
  n: i32,
  conditionStride: i32,
  aStride: i32,
  bStride: i32,
): void {
  for (let i = 0; i < n; i++) {
    store<T>(out, select<T>(load<T>(a), load<T>(b), load<u8>(condition) != 0));
    out += sizeof<T>();
    condition += conditionStride;
    a = elementAt<T>(a, aStride);
    b = elementAt<T>(b, bStride);
  }
}

function overAxes<T>(
  out: usize,
  condition: usize,
  a: usize,
  b: usize,
  meta: usize,
  axis: i32,
): usize {
  const ndim = metaWord(meta, 0);
  const size = metaWord(meta, axis);
  const conditionStride = metaWord(meta, ndim + axis);
  const aStride = metaWord(meta, 2 * ndim + axis);
  const bStride = metaWord(meta, 3 * ndim + axis);
  if (axis == ndim) {
    chooseRow<T>(out, condition, a, b, size, conditionStride, aStride, bStride);
    return elementAt<T>(out, size);
  }
  for (let i = 0; i < size; i++) {
    out = overAxes<T>(out, condition, a, b, meta, axis + 1);
    condition += conditionStride;
    a = elementAt<T>(a, aStride);
    b = elementAt<T>(b, bStride);
  }
  return out;
}

// @ts-ignore: decorator
@inline
function where<T>(out: usize, condition: usize, a: usize, b: usize, n: i32, meta: usize): void {
  if (meta == 0) chooseRow<T>(out, condition, a, b, n, 1, 1, 1);
  else if (metaWord(meta, 0) == 0) chooseRow<T>(out, condition, a, b, 1, 1, 1, 1);
  else overAxes<T>(out, condition, a, b, meta, 1);
}

// Bits are moved, not numbers, so the unsigned integer of the same size stands for each dtype.
export function where_f32(out: usize, condition: usize, a: usize, b: usize, n: i32, meta: usize): void { where<u32>(out, condition, a, b, n, meta); }
export function where_f64(out: usize, condition: usize, a: usize, b: usize, n: i32, meta: usize): void { where<u64>(out, condition, a, b, n, meta); }
export function where_i32(out: usize, condition: usize, a: usize, b: usize, n: i32, meta: usize): void { where<u32>(out, condition, a, b, n, meta); }
export function where_u8(out: usize, condition: usize, a: usize, b: usize, n: i32, meta: usize): void { where<u8>(out, condition, a, b, n, meta); }
