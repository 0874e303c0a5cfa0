/**
 * Softmax over rows, `name_dtype(out, x, rows, len)`, len >= 1: y[j] = e^(x[j] - m) / sum e^(x[k] - m), m the
 * largest of the row; its logarithm; their gradients from the results. A row with a NaN or
 * +infinity, or of -infinity only, gives NaN, as in PyTorch. `out` may be `x` (or `g`, or `y`).
 */
import { elementAt } from './broadcast';
import { exp } from './elementary';
import { sumOfExponentials } from './exponentials';
import { laneSum } from './lane-sum';
import { extremumOfRow, Larger } from './row-extremum';
import { softmaxGradRow, softmaxRow } from './softmax-row';
import { lanes, loadUpTo, storeUpTo } from './vector';

// @ts-ignore: decorator
@inline
function softmax<T>(out: usize, x: usize, rows: i32, len: i32): void {
  for (let row = 0; row < rows; row++) {
    softmaxRow<T>(out, x, len);
    x = elementAt<T>(x, len);
    out = elementAt<T>(out, len);
  }
}

export function softmax_f32(out: usize, x: usize, rows: i32, len: i32): void { softmax<f32>(out, x, rows, len); }
export function softmax_f64(out: usize, x: usize, rows: i32, len: i32): void { softmax<f64>(out, x, rows, len); }

/**
 * `causalSoftmax_dtype(out, x, rows, len, period)`: row i of each `period` rows is a softmax of its first i + 1
 * elements, and 0 behind them: with the bits of a softmax whose other elements are -infinity.
 */
// @ts-ignore: decorator
@inline
function causalSoftmax<T>(out: usize, x: usize, rows: i32, len: i32, period: i32): void {
  for (let row = 0; row < rows; row++) {
    const seen = min(len, (row % period) + 1);
    softmaxRow<T>(out, x, seen);
    memory.fill(elementAt<T>(out, seen), 0, (len - seen) << <i32>alignof<T>());
    x = elementAt<T>(x, len);
    out = elementAt<T>(out, len);
  }
}

export function causalSoftmax_f32(out: usize, x: usize, rows: i32, len: i32, period: i32): void { causalSoftmax<f32>(out, x, rows, len, period); }
export function causalSoftmax_f64(out: usize, x: usize, rows: i32, len: i32, period: i32): void { causalSoftmax<f64>(out, x, rows, len, period); }

/** (x[j] - m) - log sum e^(x[k] - m), worked out in f64 */
// @ts-ignore: decorator
@inline
function logSoftmax<T>(out: usize, x: usize, rows: i32, len: i32): void {
  for (let row = 0; row < rows; row++) {
    const m = <f64>extremumOfRow<T, Larger>(x, len);
    const logSum = NativeMath.log(sumOfExponentials<T>(x, len, m));
    for (let j = 0; j < len; j++) {
      store<T>(out, <T>(<f64>load<T>(x) - m - logSum));
      x += sizeof<T>();
      out += sizeof<T>();
    }
  }
}

export function logSoftmax_f32(out: usize, x: usize, rows: i32, len: i32): void { logSoftmax<f32>(out, x, rows, len); }
export function logSoftmax_f64(out: usize, x: usize, rows: i32, len: i32): void { logSoftmax<f64>(out, x, rows, len); }

/** y[j] (g[j] - sum g[k] y[k]) */
// @ts-ignore: decorator
@inline
function softmaxGrad<T>(out: usize, g: usize, y: usize, rows: i32, len: i32): void {
  for (let row = 0; row < rows; row++) {
    softmaxGradRow<T>(out, g, y, len);
    out = elementAt<T>(out, len);
    g = elementAt<T>(g, len);
    y = elementAt<T>(y, len);
  }
}

export function softmaxGrad_f32(out: usize, g: usize, y: usize, rows: i32, len: i32): void { softmaxGrad<f32>(out, g, y, rows, len); }
export function softmaxGrad_f64(out: usize, g: usize, y: usize, rows: i32, len: i32): void { softmaxGrad<f64>(out, g, y, rows, len); }

/** g[j] - e^y[j] sum g[k] */
// @ts-ignore: decorator
@inline
function logSoftmaxGrad<T>(out: usize, g: usize, y: usize, rows: i32, len: i32): void {
  for (let row = 0; row < rows; row++) {
    const sum = v128.splat<T>(laneSum<T, T>(g, len));
    for (let j = 0; j < len; j += lanes<T>()) {
      const at = elementAt<T>(0, j);
      const share = v128.mul<T>(exp<T>(loadUpTo<T>(y + at, len - j)), sum);
      storeUpTo<T>(out + at, v128.sub<T>(loadUpTo<T>(g + at, len - j), share), len - j);
    }
    out = elementAt<T>(out, len);
    g = elementAt<T>(g, len);
    y = elementAt<T>(y, len);
  }
}

export function logSoftmaxGrad_f32(out: usize, g: usize, y: usize, rows: i32, len: i32): void { logSoftmaxGrad<f32>(out, g, y, rows, len); }
export function logSoftmaxGrad_f64(out: usize, g: usize, y: usize, rows: i32, len: i32): void { logSoftmaxGrad<f64>(out, g, y, rows, len); }
