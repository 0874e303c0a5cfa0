import { relu, sigmoid, tanh } from './elementary';
import { lanes, loadUpTo, storeUpTo } from './vector';

export const RELU: i32 = 1;
const SIGMOID: i32 = 2;
const TANH: i32 = 3;

/**
 * The activations of a product or convolution, by number; 0 is none. Same bits as the plain
 * kernels.
 */
// @ts-ignore: decorator
@inline
export function activate<T>(x: v128, activation: i32): v128 {
  if (activation == RELU) return relu<T>(x);
  if (activation == SIGMOID) return sigmoid<T>(x);
  if (activation == TANH) return tanh<T>(x);
  return x;
}

/** c[i, j] = act(c[i, j] + bias[j]) for a region of finished sums; `bias` may be 0. */
export function finishRegion<T>(
  c: usize,
  ldc: usize,
  rows: i32,
  columns: i32,
  bias: usize,
  activation: i32,
): void {
  for (let i = 0; i < rows; ++i) {
    let at = c;
    let from = bias;
    for (let n = columns; n > 0; n -= lanes<T>()) {
      let x = loadUpTo<T>(at, n);
      if (bias) {
        x = v128.add<T>(x, loadUpTo<T>(from, n));
        from += 16;
      }
      storeUpTo<T>(at, activate<T>(x, activation), n);
      at += 16;
    }
    c += ldc;
  }
}
