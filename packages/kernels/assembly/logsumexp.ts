/**
 * `logsumexp_dtype(out, x, rows, len)`: ln sum_j e^x[j] of each row, worked out in f64 with the largest taken
 * out; -infinity of a row of -infinity, or of nothing.
 */
import { elementAt } from './broadcast';
import { sumOfExponentials } from './exponentials';
import { extremumOfRow, Larger } from './row-extremum';

function logsumexp<T>(out: usize, x: usize, rows: i32, len: i32): void {
  for (let row = 0; row < rows; row++) {
    const largest = len == 0 ? -Infinity : <f64>extremumOfRow<T, Larger>(x, len);
    // an infinity or NaN says it all, and has no difference with itself
    const said = largest - largest != 0;
    const sum = said ? largest : largest + NativeMath.log(sumOfExponentials<T>(x, len, largest));
    store<T>(out, <T>sum);
    x = elementAt<T>(x, len);
    out += sizeof<T>();
  }
}

export function logsumexp_f32(out: usize, x: usize, rows: i32, len: i32): void { logsumexp<f32>(out, x, rows, len); }
export function logsumexp_f64(out: usize, x: usize, rows: i32, len: i32): void { logsumexp<f64>(out, x, rows, len); }
