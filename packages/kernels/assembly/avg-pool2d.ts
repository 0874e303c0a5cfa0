/**
 * Average pooling of planes [h, w] to [oh, ow]. The sum of a window's elements is divided by the
 * number of those that exist, or that lie in the padding, which is the same on both sides, if that counts.
 */
import {
  evenLanes,
  isHalving,
  oddLanes,
  paddedExtent,
  storeInTurns,
  windowEnd,
  windowStart,
} from './pool-window';
import { lanes } from './vector';

function avgPool2d<T>(
  out: usize,
  x: usize,
  planes: i32,
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  top: i32,
  left: i32,
  countIncludePad: bool,
): void {
  const size = sizeof<T>();
  const halving = isHalving(kh, kw, sh, sw, top, left) && 2 * oh <= h && 2 * ow <= w;
  for (let plane = 0; plane < planes; ++plane) {
    for (let y = 0; y < oh; ++y) {
      const y0 = windowStart(y, sh, top);
      const y1 = windowEnd(y, sh, top, kh, h);
      const rows = countIncludePad ? paddedExtent(y, sh, top, kh, h) : y1 - y0;
      let column = halving ? meanOfPairs<T>(out, x + 2 * y * w * size, w, ow) : 0;
      for (; column < ow; ++column) {
        const x0 = windowStart(column, sw, left);
        const x1 = windowEnd(column, sw, left, kw, w);
        let sum: T = 0;
        for (let i = y0; i < y1; ++i) {
          for (let j = x0; j < x1; ++j) sum += load<T>(x + (i * w + j) * size);
        }
        const columns = countIncludePad ? paddedExtent(column, sw, left, kw, w) : x1 - x0;
        const count = rows * columns;
        store<T>(out + column * size, sum / <T>count);
      }
      out += ow * size;
    }
    x += h * w * size;
  }
}

/** A row of halving windows; returns how many it has computed: all, or none of a short row. */
function meanOfPairs<T>(out: usize, row: usize, w: i32, ow: i32): i32 {
  if (ow < lanes<T>()) return 0;
  const below = w * sizeof<T>();
  const quarter = v128.splat<T>(<T>0.25);
  const zero = i64x2.splat(0);
  for (let column = 0; column < ow; column += lanes<T>()) {
    // The last vector may overlap the one before it: that computes the same again.
    const at = min(column, ow - lanes<T>()) * sizeof<T>();
    const from = row + 2 * at;
    const a0 = v128.load(from);
    const a1 = v128.load(from, 16);
    const b0 = v128.load(from + below);
    const b1 = v128.load(from + below, 16);
    // + 0 as where a sum begins: -0 becomes 0
    let sum = v128.add<T>(zero, evenLanes<T>(a0, a1));
    sum = v128.add<T>(sum, oddLanes<T>(a0, a1));
    sum = v128.add<T>(sum, evenLanes<T>(b0, b1));
    sum = v128.add<T>(sum, oddLanes<T>(b0, b1));
    v128.store(out + at, v128.mul<T>(sum, quarter));
  }
  return ow;
}

/** Each element gets its share of the gradients of its windows, in ascending order. */
function avgPool2dGrad<T>(
  dx: usize,
  g: usize,
  planes: i32,
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  top: i32,
  left: i32,
  countIncludePad: bool,
): void {
  const size = sizeof<T>();
  const halving = isHalving(kh, kw, sh, sw, top, left) && 2 * oh <= h && 2 * ow <= w;
  for (let plane = 0; plane < planes; ++plane) {
    memory.fill(dx, 0, h * w * size);
    for (let y = 0; y < oh; ++y) {
      const y0 = windowStart(y, sh, top);
      const y1 = windowEnd(y, sh, top, kh, h);
      const rows = countIncludePad ? paddedExtent(y, sh, top, kh, h) : y1 - y0;
      let column = halving ? shareWithPairs<T>(dx + 2 * y * w * size, g, w, ow) : 0;
      for (; column < ow; ++column) {
        const x0 = windowStart(column, sw, left);
        const x1 = windowEnd(column, sw, left, kw, w);
        const columns = countIncludePad ? paddedExtent(column, sw, left, kw, w) : x1 - x0;
        const count = rows * columns;
        const share = load<T>(g + column * size) / <T>count;
        for (let i = y0; i < y1; ++i) {
          for (let j = x0; j < x1; ++j) {
            const target = dx + (i * w + j) * size;
            store<T>(target, load<T>(target) + share);
          }
        }
      }
      g += ow * size;
    }
    dx += h * w * size;
  }
}

/** The gradient of a row of halving windows; returns how many it has shared out: all or none. */
function shareWithPairs<T>(dx: usize, g: usize, w: i32, ow: i32): i32 {
  if (ow < lanes<T>()) return 0;
  const below = w * sizeof<T>();
  const quarter = v128.splat<T>(<T>0.25);
  const zero = i64x2.splat(0);
  for (let column = 0; column < ow; column += lanes<T>()) {
    const at = min(column, ow - lanes<T>()) * sizeof<T>();
    const share = v128.add<T>(zero, v128.mul<T>(v128.load(g + at), quarter));
    storeInTurns<T>(dx + 2 * at, share, share);
    storeInTurns<T>(dx + 2 * at + below, share, share);
  }
  return ow;
}

export function avgPool2d_f32(
  out: usize,
  x: usize,
  planes: i32,
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  top: i32,
  left: i32,
  countIncludePad: i32,
): void {
  avgPool2d<f32>(out, x, planes, h, w, oh, ow, kh, kw, sh, sw, top, left, countIncludePad != 0);
}

export function avgPool2d_f64(
  out: usize,
  x: usize,
  planes: i32,
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  top: i32,
  left: i32,
  countIncludePad: i32,
): void {
  avgPool2d<f64>(out, x, planes, h, w, oh, ow, kh, kw, sh, sw, top, left, countIncludePad != 0);
}

export function avgPool2dGrad_f32(
  dx: usize,
  g: usize,
  planes: i32,
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  top: i32,
  left: i32,
  countIncludePad: i32,
): void {
  avgPool2dGrad<f32>(dx, g, planes, h, w, oh, ow, kh, kw, sh, sw, top, left, countIncludePad != 0);
}

export function avgPool2dGrad_f64(
  dx: usize,
  g: usize,
  planes: i32,
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  top: i32,
  left: i32,
  countIncludePad: i32,
): void {
  avgPool2dGrad<f64>(dx, g, planes, h, w, oh, ow, kh, kw, sh, sw, top, left, countIncludePad != 0);
}
