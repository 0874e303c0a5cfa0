/**
 * Where the largest or smallest so far is: `name_dtype(out, x, outer, len, inner)`, x and the i32 out seen as
 * [outer, len, inner]. The latest of equal elements counts, and any NaN beats what is none, as in PyTorch.
 */
import { elementAt } from './broadcast';
import { Larger, Smaller } from './row-extremum';

function cumulative<T, Which>(out: usize, x: usize, outer: i32, len: i32, inner: i32): void {
  const which = changetype<Which>(0);
  for (let i = 0; i < outer; i++) {
    if (len > 0) memory.fill(out, 0, <usize>inner << 2);
    for (let j = 1; j < len; j++) {
      for (let column = 0; column < inner; column++) {
        const before = load<i32>(elementAt<i32>(out, (j - 1) * inner + column));
        const best = load<T>(elementAt<T>(x, before * inner + column));
        const value = load<T>(elementAt<T>(x, j * inner + column));
        const wins = value != value || value == best || which.beats<T>(value, best);
        store<i32>(elementAt<i32>(out, j * inner + column), wins ? j : before);
      }
    }
    x = elementAt<T>(x, len * inner);
    out = elementAt<i32>(out, len * inner);
  }
}

export function cumargmax_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<f32, Larger>(out, x, outer, len, inner); }
export function cumargmax_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<f64, Larger>(out, x, outer, len, inner); }
export function cumargmax_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<i32, Larger>(out, x, outer, len, inner); }
export function cumargmin_f32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<f32, Smaller>(out, x, outer, len, inner); }
export function cumargmin_f64(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<f64, Smaller>(out, x, outer, len, inner); }
export function cumargmin_i32(out: usize, x: usize, outer: i32, len: i32, inner: i32): void { cumulative<i32, Smaller>(out, x, outer, len, inner); }
