/**
 * Products along an axis: `prod_dtype(out, x, outer, len, inner)`, x seen as [outer, len, inner], out
 * [outer, inner]. Factors are taken in ascending order, those of f32 and f64 in f64; i32 wraps. The product
 * of nothing is 1.
 */
import { elementAt } from './broadcast';
import { SCAN_COLUMNS } from './scan';
import { scratch } from './scratch';

/** The product of n contiguous elements. */
function prodOfRow<T, S>(x: usize, n: i32): T {
  let product = <S>1;
  for (let j = 0; j < n; j++) product *= <S>load<T>(elementAt<T>(x, j));
  return <T>product;
}

/** out[i] = product over j of x[j, i], x being [len, inner], for `width` columns side by side. */
function prodOfColumns<T, S>(out: usize, x: usize, len: i32, inner: i32, width: i32): void {
  const products = scratch;
  for (let i = 0; i < width; i++) store<S>(elementAt<S>(products, i), <S>1);
  for (let j = 0; j < len; j++) {
    const row = elementAt<T>(x, j * inner);
    for (let i = 0; i < width; i++) {
      const kept = elementAt<S>(products, i);
      store<S>(kept, load<S>(kept) * <S>load<T>(elementAt<T>(row, i)));
    }
  }
  for (let i = 0; i < width; i++) store<T>(elementAt<T>(out, i), <T>load<S>(elementAt<S>(products, i)));
}

function prod<T, S>(out: usize, x: usize, outer: i32, len: i32, inner: i32): void {
  for (let i = 0; i < outer; i++) {
    if (inner == 1) {
      store<T>(out, prodOfRow<T, S>(x, len));
    } else {
      for (let first = 0; first < inner; first += SCAN_COLUMNS) {
        const width = min(SCAN_COLUMNS, inner - first);
        prodOfColumns<T, S>(elementAt<T>(out, first), elementAt<T>(x, first), len, inner, width);
      }
    }
    x = elementAt<T>(x, len * inner);
    out = elementAt<T>(out, inner);
  }
}

export function prod_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { prod<f32, f64>(out, x, outer, len, inner); }
export function prod_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { prod<f64, f64>(out, x, outer, len, inner); }
export function prod_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { prod<i32, i32>(out, x, outer, len, inner); }
