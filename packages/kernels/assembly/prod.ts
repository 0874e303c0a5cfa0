/**
 * Products along an axis: `prod_dtype(out, x, outer, len, inner)`, x seen as [outer, len, inner], out
 * [outer, inner]. Factors are taken in ascending order, those of f32 and f64 in f64; i32 wraps. The product
 * of nothing is 1.
 */
import { elementAt } from './broadcast';
import { Product } from './scan-step';

function prod<T, S>(out: usize, x: usize, outer: i32, len: i32, inner: i32): void {
  const step = changetype<Product>(0);
  for (let i = 0; i < outer; i++) {
    for (let column = 0; column < inner; column++) {
      let product = step.first<S>();
      for (let j = 0; j < len; j++) {
        product = step.next<S>(product, <S>load<T>(elementAt<T>(x, j * inner + column)));
      }
      store<T>(elementAt<T>(out, column), <T>product);
    }
    x = elementAt<T>(x, len * inner);
    out = elementAt<T>(out, inner);
  }
}

export function prod_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { prod<f32, f64>(out, x, outer, len, inner); }
export function prod_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { prod<f64, f64>(out, x, outer, len, inner); }
export function prod_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { prod<i32, i32>(out, x, outer, len, inner); }
