/**
 * `stridedAdd_dtype(out, x, meta)`: adds a contiguous x to the elements of out that strides walk, as in
 * `stridedScatterB`, but where several elements of x meet in one of out (windows that overlap, a stride
 * of 0) all of them count, in the order of x.
 */
import { elementAt, metaWord } from './broadcast';
import { lanes, loadUpTo, storeUpTo } from './vector';

function addRow<T>(out: usize, x: usize, stride: i32, n: i32): void {
  if (stride == 1) {
    for (; n > 0; n -= lanes<T>()) {
      storeUpTo<T>(out, v128.add<T>(loadUpTo<T>(out, n), loadUpTo<T>(x, n)), n);
      out += 16;
      x += 16;
    }
    return;
  }
  for (let i = 0; i < n; i++) {
    store<T>(out, load<T>(out) + load<T>(x));
    out = elementAt<T>(out, stride);
    x += sizeof<T>();
  }
}

/** Adds everything from `axis` on and returns where x continues. */
function overAxes<T>(out: usize, x: usize, meta: usize, axis: i32): usize {
  const ndim = metaWord(meta, 0);
  const size = metaWord(meta, axis);
  const stride = metaWord(meta, ndim + axis);
  if (axis == ndim) {
    addRow<T>(out, x, stride, size);
    return elementAt<T>(x, size);
  }
  for (let i = 0; i < size; i++) {
    x = overAxes<T>(out, x, meta, axis + 1);
    out = elementAt<T>(out, stride);
  }
  return x;
}

// @ts-ignore: decorator
@inline
function stridedAdd<T>(out: usize, x: usize, meta: usize): void {
  if (metaWord(meta, 0) == 0) addRow<T>(out, x, 1, 1);
  else overAxes<T>(out, x, meta, 1);
}

export function stridedAdd_f32(out: usize, x: usize, meta: usize): void { stridedAdd<f32>(out, x, meta); }
export function stridedAdd_f64(out: usize, x: usize, meta: usize): void { stridedAdd<f64>(out, x, meta); }
