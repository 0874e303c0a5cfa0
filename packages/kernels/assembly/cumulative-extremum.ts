/**
 * Where the largest or smallest so far is: `name_dtype(out, x, outer, len, inner)`, x and the i32 out seen as
 * [outer, len, inner]. The latest of equal elements counts, and any NaN beats what is none, as in PyTorch.
 */
import { elementAt } from './broadcast';
import { Larger, Smaller } from './row-extremum';

function cumulative<T, Which>(out: usize, x: usize, outer: i32, len: i32, inner: i32): void {
  const which = changetype<Which>(0);
  for (let i = 0; i < outer; i++) {
    for (let column = 0; column < inner; column++) {
      let index = 0;
      let best = <T>0;
      for (let j = 0; j < len; j++) {
        const at = (i * len + j) * inner + column;
        const value = load<T>(elementAt<T>(x, at));
        if (j == 0 || value != value || value == best || which.beats<T>(value, best)) {
          best = value;
          index = j;
        }
        store<i32>(elementAt<i32>(out, at), index);
      }
    }
  }
}

export function cumargmax_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<f32, Larger>(out, x, outer, len, inner); }
export function cumargmax_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<f64, Larger>(out, x, outer, len, inner); }
export function cumargmax_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<i32, Larger>(out, x, outer, len, inner); }
export function cumargmin_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<f32, Smaller>(out, x, outer, len, inner); }
export function cumargmin_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<f64, Smaller>(out, x, outer, len, inner); }
export function cumargmin_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<i32, Smaller>(out, x, outer, len, inner); }
