/**
 * Resampling of planes [h, w] to [oh, ow]: output [y, x] is the sum of rows ys[y, a] and columns xs[x, b], each
 * times its weights u[y, a] v[x, b]. There are `taps` entries a row of the tables, i32 places and weights of the
 * elements' type; with one tap the weights are 1 and not looked at.
 */
import { elementAt } from './broadcast';

// @ts-ignore: decorator
@inline
function place(table: usize, index: i32): i32 {
  return load<i32>(elementAt<i32>(table, index));
}

function resample2d<T>(
  out: usize,
  x: usize,
  planes: i32,
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
  ys: usize,
  u: usize,
  xs: usize,
  v: usize,
  taps: i32,
): void {
  for (let plane = 0; plane < planes; ++plane) {
    for (let y = 0; y < oh; ++y) {
      for (let column = 0; column < ow; ++column) {
        if (taps == 1) {
          store<T>(out, load<T>(elementAt<T>(x, place(ys, y) * w + place(xs, column))));
        } else {
          let sum: T = 0;
          for (let a = y * taps; a < (y + 1) * taps; ++a) {
            const row = elementAt<T>(x, place(ys, a) * w);
            let across: T = 0;
            for (let b = column * taps; b < (column + 1) * taps; ++b) {
              across += load<T>(elementAt<T>(v, b)) * load<T>(elementAt<T>(row, place(xs, b)));
            }
            sum += load<T>(elementAt<T>(u, a)) * across;
          }
          store<T>(out, sum);
        }
        out += sizeof<T>();
      }
    }
    x = elementAt<T>(x, h * w);
  }
}

/** The transposed map: the gradients of all outputs, in ascending order. */
function resample2dGrad<T>(
  dx: usize,
  g: usize,
  planes: i32,
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
  ys: usize,
  u: usize,
  xs: usize,
  v: usize,
  taps: i32,
): void {
  memory.fill(dx, 0, <usize>planes * h * w * sizeof<T>());
  for (let plane = 0; plane < planes; ++plane) {
    for (let y = 0; y < oh; ++y) {
      for (let column = 0; column < ow; ++column) {
        const gradient = load<T>(g);
        g += sizeof<T>();
        for (let a = y * taps; a < (y + 1) * taps; ++a) {
          const row = elementAt<T>(dx, place(ys, a) * w);
          const share = taps == 1 ? gradient : load<T>(elementAt<T>(u, a)) * gradient;
          for (let b = column * taps; b < (column + 1) * taps; ++b) {
            const target = elementAt<T>(row, place(xs, b));
            const part = taps == 1 ? share : load<T>(elementAt<T>(v, b)) * share;
            store<T>(target, load<T>(target) + part);
          }
        }
      }
    }
    dx = elementAt<T>(dx, h * w);
  }
}

export function resample2d_f32(out: usize, x: usize, planes: i32, h: i32, w: i32, oh: i32, ow: i32, ys: usize, u: usize, xs: usize, v: usize, taps: i32): void {
  resample2d<f32>(out, x, planes, h, w, oh, ow, ys, u, xs, v, taps);
}
export function resample2d_f64(out: usize, x: usize, planes: i32, h: i32, w: i32, oh: i32, ow: i32, ys: usize, u: usize, xs: usize, v: usize, taps: i32): void {
  resample2d<f64>(out, x, planes, h, w, oh, ow, ys, u, xs, v, taps);
}
export function resample2dGrad_f32(dx: usize, g: usize, planes: i32, h: i32, w: i32, oh: i32, ow: i32, ys: usize, u: usize, xs: usize, v: usize, taps: i32): void {
  resample2dGrad<f32>(dx, g, planes, h, w, oh, ow, ys, u, xs, v, taps);
}
export function resample2dGrad_f64(dx: usize, g: usize, planes: i32, h: i32, w: i32, oh: i32, ow: i32, ys: usize, u: usize, xs: usize, v: usize, taps: i32): void {
  resample2dGrad<f64>(dx, g, planes, h, w, oh, ow, ys, u, xs, v, taps);
}
