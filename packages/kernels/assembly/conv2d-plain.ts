/**
 * Convolution and its gradients in the order rule, an element at a time: what the fast ones must
 * equal, and what runs where a window has more taps than their tables hold. x and dx are
 * [n, c, h, wd], w and dw [o, c, kh, kw], out and g [n, o, oh, ow]. Outside of x and g there are
 * zeros, which are multiplied and added like all else.
 */
import { addTerm, beginSum, total } from './block-sum';

/** An element of a plane [height, width], or zero outside of it. */
function elementOrZero<T>(plane: usize, height: i32, width: i32, y: i32, x: i32): T {
  if (y < 0 || y >= height || x < 0 || x >= width) return <T>0;
  return load<T>(plane + (<usize>y * width + x) * sizeof<T>());
}

/** The address of element [i, j, 0, 0] of an array [.., b, c, d]. */
// @ts-ignore: decorator
@inline
function plane<T>(array: usize, i: i32, j: i32, b: i32, c: i32, d: i32): usize {
  return array + (<usize>i * b + j) * c * d * sizeof<T>();
}

/**
 * out[n, o, y, x] = sum over (c, i, j) of x[n, c, y sh + i - top, x sw + j - left] w[o, c, i, j] +
 * bias[o]
 */
export function plainConv2d<T>(
  out: usize,
  x: usize,
  w: usize,
  bias: usize,
  n: i32,
  c: i32,
  h: i32,
  wd: i32,
  o: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
): void {
  for (let image = 0; image < n; ++image) {
    for (let filter = 0; filter < o; ++filter) {
      for (let oy = 0; oy < oh; ++oy) {
        for (let ox = 0; ox < ow; ++ox) {
          beginSum(c * kh * kw);
          for (let channel = 0; channel < c; ++channel) {
            const from = plane<T>(x, image, channel, c, h, wd);
            const weights = plane<T>(w, filter, channel, c, kh, kw);
            for (let i = 0; i < kh; ++i) {
              for (let j = 0; j < kw; ++j) {
                const value = elementOrZero<T>(from, h, wd, oy * sh + i - top, ox * sw + j - left);
                addTerm<T>(value * elementOrZero<T>(weights, kh, kw, i, j));
              }
            }
          }
          let sum = total<T>();
          if (bias) sum += load<T>(bias + <usize>filter * sizeof<T>());
          store<T>(out, sum);
          out += sizeof<T>();
        }
      }
    }
  }
}

/**
 * dx[n, c, y, x] = sum over (o, i, j) of g[n, o, (y + top - i) / sh, (x + left - j) / sw] w[o, c,
 * i, j], over the i and j for which the divisions leave no remainder.
 */
export function plainConv2dInputGrad<T>(
  dx: usize,
  g: usize,
  w: usize,
  n: i32,
  c: i32,
  h: i32,
  wd: i32,
  o: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
): void {
  for (let image = 0; image < n; ++image) {
    for (let channel = 0; channel < c; ++channel) {
      for (let y = 0; y < h; ++y) {
        for (let x = 0; x < wd; ++x) {
          const i0 = (y + top) % sh,
            j0 = (x + left) % sw;
          beginSum(o * max(0, (kh - i0 + sh - 1) / sh) * max(0, (kw - j0 + sw - 1) / sw));
          for (let filter = 0; filter < o; ++filter) {
            const from = plane<T>(g, image, filter, o, oh, ow);
            const weights = plane<T>(w, filter, channel, c, kh, kw);
            for (let i = i0; i < kh; i += sh) {
              for (let j = j0; j < kw; j += sw) {
                const value = elementOrZero<T>(
                  from,
                  oh,
                  ow,
                  (y + top - i) / sh,
                  (x + left - j) / sw,
                );
                addTerm<T>(value * elementOrZero<T>(weights, kh, kw, i, j));
              }
            }
          }
          store<T>(dx, total<T>());
          dx += sizeof<T>();
        }
      }
    }
  }
}

/** dw[o, c, i, j] = sum over (n, y, x) of g[n, o, y, x] x[n, c, y sh + i - top, x sw + j - left] */
export function plainConv2dWeightGrad<T>(
  dw: usize,
  g: usize,
  x: usize,
  n: i32,
  c: i32,
  h: i32,
  wd: i32,
  o: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
): void {
  for (let filter = 0; filter < o; ++filter) {
    for (let channel = 0; channel < c; ++channel) {
      for (let i = 0; i < kh; ++i) {
        for (let j = 0; j < kw; ++j) {
          beginSum(n * oh * ow);
          for (let image = 0; image < n; ++image) {
            const from = plane<T>(x, image, channel, c, h, wd);
            const gradient = plane<T>(g, image, filter, o, oh, ow);
            for (let oy = 0; oy < oh; ++oy) {
              for (let ox = 0; ox < ow; ++ox) {
                const value = elementOrZero<T>(from, h, wd, oy * sh + i - top, ox * sw + j - left);
                addTerm<T>(value * elementOrZero<T>(gradient, oh, ow, oy, ox));
              }
            }
          }
          store<T>(dw, total<T>());
          dw += sizeof<T>();
        }
      }
    }
  }
}
