/**
 * Max pooling of planes [h, w] to [oh, ow]; the elements of a window are rh rows and rw columns apart.
 * Padding counts as -infinity. NaN is greater than any
 * number. Of equal elements, or several NaN, the first one counts and gets the gradient.
 */
import {
  dilatedStart,
  evenLanes,
  isHalving,
  oddLanes,
  storeInTurns,
  windowEnd,
} from './pool-window';
import { lanes } from './vector';

// @ts-ignore: decorator
@inline
function takesOver<T>(value: T, best: T): bool {
  return !(best >= value) && best == best;
}

/** Lanes in which `value` takes the place of `best`. */
// @ts-ignore: decorator
@inline
function takeOver<T>(value: v128, best: v128): v128 {
  return v128.andnot(v128.eq<T>(best, best), v128.ge<T>(best, value));
}

/** The greater one, `best` of equals; NaN if one is NaN. */
// @ts-ignore: decorator
@inline
function larger<T>(best: v128, value: v128): v128 {
  return v128.or(v128.pmax<T>(best, value), v128.ne<T>(value, value));
}

/**
 * Offset in elements of the greatest element of a window, or -1 where the window is all padding.
 */
// @ts-ignore: decorator
@inline
function greatest<T>(
  plane: usize,
  w: i32,
  top: i32,
  bottom: i32,
  left: i32,
  right: i32,
  rh: i32,
  rw: i32,
): i32 {
  if (top >= bottom || left >= right) return -1;
  let at = top * w + left;
  let best = load<T>(plane + at * sizeof<T>());
  for (let y = top; y < bottom; y += rh) {
    for (let i = y * w + left; i < y * w + right; i += rw) {
      const value = load<T>(plane + i * sizeof<T>());
      if (takesOver<T>(value, best)) {
        best = value;
        at = i;
      }
    }
  }
  return at;
}

function maxPool2d<T>(
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
): void {
  const size = sizeof<T>();
  const beside = rh == 1 && rw == 1 && isHalving(kh, kw, sh, sw, top, left);
  const halving = beside && 2 * oh <= h && 2 * ow <= w;
  for (let plane = 0; plane < planes; ++plane) {
    for (let y = 0; y < oh; ++y) {
      const y0 = dilatedStart(y, sh, top, rh);
      const y1 = windowEnd(y, sh, top, (kh - 1) * rh + 1, h);
      let column = halving ? maxOfPairs<T>(out, x + 2 * y * w * size, w, ow) : 0;
      for (; column < ow; ++column) {
        const x0 = dilatedStart(column, sw, left, rw);
        const x1 = windowEnd(column, sw, left, (kw - 1) * rw + 1, w);
        const at = greatest<T>(x, w, y0, y1, x0, x1, rh, rw);
        store<T>(out + column * size, at < 0 ? <T>-Infinity : load<T>(x + at * size));
      }
      out += ow * size;
    }
    x += h * w * size;
  }
}

/** A row of halving windows; returns how many it has computed: all, or none of a short row. */
function maxOfPairs<T>(out: usize, row: usize, w: i32, ow: i32): i32 {
  if (ow < lanes<T>()) return 0;
  const below = w * sizeof<T>();
  for (let column = 0; column < ow; column += lanes<T>()) {
    // The last vector may overlap the one before it: that computes the same again.
    const at = min(column, ow - lanes<T>()) * sizeof<T>();
    const from = row + 2 * at;
    const a0 = v128.load(from);
    const a1 = v128.load(from, 16);
    const b0 = v128.load(from + below);
    const b1 = v128.load(from + below, 16);
    let best = evenLanes<T>(a0, a1);
    best = larger<T>(best, oddLanes<T>(a0, a1));
    best = larger<T>(best, evenLanes<T>(b0, b1));
    best = larger<T>(best, oddLanes<T>(b0, b1));
    v128.store(out + at, best);
  }
  return ow;
}

/** The gradient of each output goes to the element it came from; windows in ascending order. */
function maxPool2dGrad<T>(
  dx: usize,
  g: usize,
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
): void {
  const size = sizeof<T>();
  const beside = rh == 1 && rw == 1 && isHalving(kh, kw, sh, sw, top, left);
  const halving = beside && 2 * oh <= h && 2 * ow <= w;
  // What the pairs write need not be cleared before.
  const wholeRows = halving ? 2 * oh : 0;
  const wholeColumns = halving && ow >= lanes<T>() ? 2 * ow : 0;
  for (let plane = 0; plane < planes; ++plane) {
    for (let y = 0; wholeColumns < w && y < wholeRows; ++y) {
      memory.fill(dx + (y * w + wholeColumns) * size, 0, (w - wholeColumns) * size);
    }
    if (wholeRows < h) memory.fill(dx + wholeRows * w * size, 0, (h - wholeRows) * w * size);
    for (let y = 0; y < oh; ++y) {
      const y0 = dilatedStart(y, sh, top, rh);
      const y1 = windowEnd(y, sh, top, (kh - 1) * rh + 1, h);
      const row = 2 * y * w * size;
      let column = halving ? spreadToPairs<T>(dx + row, g, x + row, w, ow) : 0;
      for (; column < ow; ++column) {
        const x0 = dilatedStart(column, sw, left, rw);
        const x1 = windowEnd(column, sw, left, (kw - 1) * rw + 1, w);
        const at = greatest<T>(x, w, y0, y1, x0, x1, rh, rw);
        if (at < 0) continue;
        const target = dx + at * size;
        store<T>(target, load<T>(target) + load<T>(g + column * size));
      }
      g += ow * size;
    }
    dx += h * w * size;
    x += h * w * size;
  }
}

/** The gradient of a row of halving windows; returns how many it has spread: all or none. */
function spreadToPairs<T>(dx: usize, g: usize, row: usize, w: i32, ow: i32): i32 {
  if (ow < lanes<T>()) return 0;
  const below = w * sizeof<T>();
  const zero = i64x2.splat(0);
  for (let column = 0; column < ow; column += lanes<T>()) {
    const at = min(column, ow - lanes<T>()) * sizeof<T>();
    const from = row + 2 * at;
    const to = dx + 2 * at;
    const a0 = v128.load(from);
    const a1 = v128.load(from, 16);
    const b0 = v128.load(from + below);
    const b1 = v128.load(from + below, 16);
    let best = evenLanes<T>(a0, a1);
    let value = oddLanes<T>(a0, a1);
    const second = takeOver<T>(value, best);
    best = larger<T>(best, value);
    value = evenLanes<T>(b0, b1);
    const third = takeOver<T>(value, best);
    best = larger<T>(best, value);
    const fourth = takeOver<T>(oddLanes<T>(b0, b1), best);
    // + 0 as where a sum begins: -0 becomes 0
    let rest = v128.add<T>(v128.load(g + at), zero);
    const toFourth = v128.and(rest, fourth);
    rest = v128.andnot(rest, fourth);
    const toThird = v128.and(rest, third);
    rest = v128.andnot(rest, third);
    storeInTurns<T>(to, v128.andnot(rest, second), v128.and(rest, second));
    storeInTurns<T>(to + below, toThird, toFourth);
  }
  return ow;
}

/** Of each window of `values` the element at the place of the greatest of that window of x; 0 for padding. */
function maxPool2dTake<T>(
  out: usize,
  values: usize,
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
): void {
  const size = sizeof<T>();
  for (let plane = 0; plane < planes; ++plane) {
    for (let y = 0; y < oh; ++y) {
      const y0 = dilatedStart(y, sh, top, rh);
      const y1 = windowEnd(y, sh, top, (kh - 1) * rh + 1, h);
      for (let column = 0; column < ow; ++column) {
        const x0 = dilatedStart(column, sw, left, rw);
        const x1 = windowEnd(column, sw, left, (kw - 1) * rw + 1, w);
        const at = greatest<T>(x, w, y0, y1, x0, x1, rh, rw);
        store<T>(out, at < 0 ? <T>0 : load<T>(values + at * size));
        out += size;
      }
    }
    values += h * w * size;
    x += h * w * size;
  }
}

export function maxPool2d_f32(
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
): void {
  maxPool2d<f32>(out, x, planes, h, w, oh, ow, kh, kw, sh, sw, rh, rw, top, left);
}

export function maxPool2d_f64(
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
): void {
  maxPool2d<f64>(out, x, planes, h, w, oh, ow, kh, kw, sh, sw, rh, rw, top, left);
}

export function maxPool2dGrad_f32(
  dx: usize,
  g: usize,
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
): void {
  maxPool2dGrad<f32>(dx, g, x, planes, h, w, oh, ow, kh, kw, sh, sw, rh, rw, top, left);
}

export function maxPool2dGrad_f64(
  dx: usize,
  g: usize,
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
): void {
  maxPool2dGrad<f64>(dx, g, x, planes, h, w, oh, ow, kh, kw, sh, sw, rh, rw, top, left);
}

export function maxPool2dTake_f32(
  out: usize,
  values: usize,
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
): void {
  maxPool2dTake<f32>(out, values, x, planes, h, w, oh, ow, kh, kw, sh, sw, rh, rw, top, left);
}

export function maxPool2dTake_f64(
  out: usize,
  values: usize,
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
): void {
  maxPool2dTake<f64>(out, values, x, planes, h, w, oh, ow, kh, kw, sh, sw, rh, rw, top, left);
}
