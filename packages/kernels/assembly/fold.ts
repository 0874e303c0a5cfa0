/**
 * Windows of planes [h, w], side by side as columns [kh, kw, oh, ow] a plane: column [i, j, y, x] is the pixel [y sh +
 * i rh - top, x sw + j rw - left], rh and rw being the dilation, and 0 outside of the plane.
 */

/** out [planes, h, w]: each pixel is the sum of its columns, in ascending order. */
function fold<T>(
  out: usize,
  columns: usize,
  planes: i32,
  h: i32,
  w: i32,
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
): void {
  const size = sizeof<T>();
  memory.fill(out, 0, <usize>planes * h * w * size);
  for (let plane = 0; plane < planes; ++plane) {
    for (let i = 0; i < kh; ++i) {
      for (let j = 0; j < kw; ++j) {
        for (let y = 0; y < oh; ++y) {
          const row = y * sh + i * rh - top;
          for (let x = 0; x < ow; ++x) {
            const column = x * sw + j * rw - left;
            if (row >= 0 && row < h && column >= 0 && column < w) {
              const target = out + (row * w + column) * size;
              store<T>(target, load<T>(target) + load<T>(columns));
            }
            columns += size;
          }
        }
      }
    }
    out += h * w * size;
  }
}

function unfold<T>(
  columns: usize,
  x: usize,
  planes: i32,
  h: i32,
  w: i32,
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
): void {
  const size = sizeof<T>();
  for (let plane = 0; plane < planes; ++plane) {
    for (let i = 0; i < kh; ++i) {
      for (let j = 0; j < kw; ++j) {
        for (let y = 0; y < oh; ++y) {
          const row = y * sh + i * rh - top;
          for (let c = 0; c < ow; ++c) {
            const column = c * sw + j * rw - left;
            const inside = row >= 0 && row < h && column >= 0 && column < w;
            store<T>(columns, inside ? load<T>(x + (row * w + column) * size) : <T>0);
            columns += size;
          }
        }
      }
    }
    x += h * w * size;
  }
}

export function fold_f32(out: usize, columns: usize, planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, rh: i32, rw: i32, top: i32, left: i32, oh: i32, ow: i32): void {
  fold<f32>(out, columns, planes, h, w, kh, kw, sh, sw, rh, rw, top, left, oh, ow);
}
export function fold_f64(out: usize, columns: usize, planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, rh: i32, rw: i32, top: i32, left: i32, oh: i32, ow: i32): void {
  fold<f64>(out, columns, planes, h, w, kh, kw, sh, sw, rh, rw, top, left, oh, ow);
}
export function unfold_f32(columns: usize, x: usize, planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, rh: i32, rw: i32, top: i32, left: i32, oh: i32, ow: i32): void {
  unfold<f32>(columns, x, planes, h, w, kh, kw, sh, sw, rh, rw, top, left, oh, ow);
}
export function unfold_f64(columns: usize, x: usize, planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, rh: i32, rw: i32, top: i32, left: i32, oh: i32, ow: i32): void {
  unfold<f64>(columns, x, planes, h, w, kh, kw, sh, sw, rh, rw, top, left, oh, ow);
}
