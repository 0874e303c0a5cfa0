/**
 * Convolution and its gradients in the order rule, an element at a time: what the fast ones must
 * equal, and what runs where a window has more taps than their tables hold. x and dx are
 * [n, c, h, wd], w and dw [o, c / groups, kh, kw], out and g [n, o, oh, ow]. Outside of x and g there are
 * zeros, which are multiplied and added like all else. The filters of a group see its channels.
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
 * out[n, o, y, x] = sum over (c, i, j) of x[n, c, y sh + i rh - top, x sw + j rw - left] w[o, c, i, j] +
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
  groups: i32,
): void {
  const inputs = c / groups;
  for (let image = 0; image < n; ++image) {
    for (let filter = 0; filter < o; ++filter) {
      const offset = (filter / (o / groups)) * inputs;
      for (let oy = 0; oy < oh; ++oy) {
        for (let ox = 0; ox < ow; ++ox) {
          beginSum(inputs * kh * kw);
          for (let channel = 0; channel < inputs; ++channel) {
            const from = plane<T>(x, image, offset + channel, c, h, wd);
            const weights = plane<T>(w, filter, channel, inputs, kh, kw);
            for (let i = 0; i < kh; ++i) {
              for (let j = 0; j < kw; ++j) {
                const y = oy * sh + i * rh - top;
                const value = elementOrZero<T>(from, h, wd, y, ox * sw + j * rw - left);
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
 * dx[n, c, y, x] = sum over (o, i, j) of g[n, o, (y + top - i rh) / sh, (x + left - j rw) / sw] w[o, c,
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
  groups: i32,
): void {
  const inputs = c / groups;
  const outputs = o / groups;
  for (let image = 0; image < n; ++image) {
    for (let channel = 0; channel < c; ++channel) {
      const offset = (channel / inputs) * outputs;
      for (let y = 0; y < h; ++y) {
        const rows = meetingTaps(y + top, kh, rh, sh);
        for (let x = 0; x < wd; ++x) {
          beginSum(outputs * rows * meetingTaps(x + left, kw, rw, sw));
          for (let filter = offset; filter < offset + outputs; ++filter) {
            const from = plane<T>(g, image, filter, o, oh, ow);
            const weights = plane<T>(w, filter, channel % inputs, inputs, kh, kw);
            for (let i = 0; i < kh; ++i) {
              const v = y + top - i * rh;
              if (v % sh != 0) continue;
              for (let j = 0; j < kw; ++j) {
                const u = x + left - j * rw;
                if (u % sw != 0) continue;
                const value = elementOrZero<T>(from, oh, ow, v / sh, u / sw);
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

/** How many taps i of `extent` there are for which `at` - i rate is a multiple of the step. */
function meetingTaps(at: i32, extent: i32, rate: i32, step: i32): i32 {
  let count = 0;
  for (let i = 0; i < extent; ++i) if ((at - i * rate) % step == 0) count += 1;
  return count;
}

/** dw[o, c, i, j] = sum over (n, y, x) of g[n, o, y, x] x[n, c, y sh + i rh - top, x sw + j rw - left] */
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
  groups: i32,
): void {
  const inputs = c / groups;
  for (let filter = 0; filter < o; ++filter) {
    const offset = (filter / (o / groups)) * inputs;
    for (let channel = offset; channel < offset + inputs; ++channel) {
      for (let i = 0; i < kh; ++i) {
        for (let j = 0; j < kw; ++j) {
          beginSum(n * oh * ow);
          for (let image = 0; image < n; ++image) {
            const from = plane<T>(x, image, channel, c, h, wd);
            const gradient = plane<T>(g, image, filter, o, oh, ow);
            for (let oy = 0; oy < oh; ++oy) {
              for (let ox = 0; ox < ow; ++ox) {
                const y = oy * sh + i * rh - top;
                const value = elementOrZero<T>(from, h, wd, y, ox * sw + j * rw - left);
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
