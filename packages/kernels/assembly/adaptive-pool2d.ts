/**
 * Average pooling of planes [h, w] to a given size [oh, ow]: output [y, x] is the mean of rows [floor(y h / oh),
 * ceil((y + 1) h / oh)) and columns likewise, windows of one or two sizes an axis, which may overlap.
 */

// @ts-ignore: decorator
@inline
function firstOf(i: i32, size: i32, windows: i32): i32 {
  return <i32>((<i64>i * size) / windows);
}

// @ts-ignore: decorator
@inline
function endOf(i: i32, size: i32, windows: i32): i32 {
  return <i32>((<i64>(i + 1) * size + windows - 1) / windows);
}

function adaptiveAvgPool2d<T>(
  out: usize,
  x: usize,
  planes: i32,
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
): void {
  const size = <i32>sizeof<T>();
  for (let plane = 0; plane < planes; ++plane) {
    for (let y = 0; y < oh; ++y) {
      const y0 = firstOf(y, h, oh);
      const y1 = endOf(y, h, oh);
      for (let column = 0; column < ow; ++column) {
        const x0 = firstOf(column, w, ow);
        const x1 = endOf(column, w, ow);
        let sum: T = 0;
        for (let i = y0; i < y1; ++i) {
          for (let j = x0; j < x1; ++j) sum += load<T>(x + (i * w + j) * size);
        }
        store<T>(out, sum / <T>((y1 - y0) * (x1 - x0)));
        out += size;
      }
    }
    x += h * w * size;
  }
}

/** Each element gets its share of the gradients of its windows, in ascending order. */
function adaptiveAvgPool2dGrad<T>(
  dx: usize,
  g: usize,
  planes: i32,
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
): void {
  const size = <i32>sizeof<T>();
  memory.fill(dx, 0, <usize>planes * h * w * size);
  for (let plane = 0; plane < planes; ++plane) {
    for (let y = 0; y < oh; ++y) {
      const y0 = firstOf(y, h, oh);
      const y1 = endOf(y, h, oh);
      for (let column = 0; column < ow; ++column) {
        const x0 = firstOf(column, w, ow);
        const x1 = endOf(column, w, ow);
        const share = load<T>(g) / <T>((y1 - y0) * (x1 - x0));
        g += size;
        for (let i = y0; i < y1; ++i) {
          for (let j = x0; j < x1; ++j) {
            const target = dx + (i * w + j) * size;
            store<T>(target, load<T>(target) + share);
          }
        }
      }
    }
    dx += h * w * size;
  }
}

export function adaptiveAvgPool2d_f32(out: usize, x: usize, planes: i32, h: i32, w: i32, oh: i32, ow: i32): void { adaptiveAvgPool2d<f32>(out, x, planes, h, w, oh, ow); }
export function adaptiveAvgPool2d_f64(out: usize, x: usize, planes: i32, h: i32, w: i32, oh: i32, ow: i32): void { adaptiveAvgPool2d<f64>(out, x, planes, h, w, oh, ow); }
export function adaptiveAvgPool2dGrad_f32(dx: usize, g: usize, planes: i32, h: i32, w: i32, oh: i32, ow: i32): void { adaptiveAvgPool2dGrad<f32>(dx, g, planes, h, w, oh, ow); }
export function adaptiveAvgPool2dGrad_f64(dx: usize, g: usize, planes: i32, h: i32, w: i32, oh: i32, ow: i32): void { adaptiveAvgPool2dGrad<f64>(dx, g, planes, h, w, oh, ow); }
