import { plainConv2d } from './conv2d-plain';
import { finishRegion } from './epilogue';
import { kBlock } from './k-blocks';
import { packPanels } from './pack-panels';
import { scratch } from './scratch';
import { MOST_TAPS, PACKED_AT, PACKED_BYTES, prepareSweep, theSweep } from './sweep';
import { multiplySweep } from './sweep-product';
import { PANEL, panelLanes, panelsOf } from './tile-shape';

/**
 * Cross-correlation of images x [n, c, h, wd] with filters w [o, c, kh, kw]:
 *
 *   out[n, o, y, x] = act(sum over (c, i, j) of x[n, c, u, v] w[o, c, i, j] + bias[o])
 *
 * where u = y sh + i - top and v = x sw + j - left, with zeros outside of x. The columns of the
 * product are filters, its rows pixels.
 */
function conv2d<T>(
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
  activation: i32,
): void {
  const size = <i32>sizeof<T>();
  if (n <= 0 || o <= 0 || oh <= 0 || ow <= 0) return;
  const taps = c * kh * kw;
  const plane = <usize>oh * ow * size;
  if (taps == 0 || taps > MOST_TAPS) {
    plainConv2d<T>(out, x, w, bias, n, c, h, wd, o, kh, kw, sh, sw, top, left, oh, ow);
    if (activation) finishRegion<T>(out, 0, 1, n * o * oh * ow, 0, activation);
    return;
  }
  const s = theSweep();
  s.channels = c;
  s.height = h;
  s.width = wd;
  s.tapRows = kh;
  s.tapColumns = kw;
  s.flipped = false;
  s.top = -top;
  s.left = -left;
  s.stepY = sh;
  s.stepX = sw;
  s.rows = oh;
  s.columns = ow;
  s.resultTop = 0;
  s.resultLeft = 0;
  s.resultStepY = 1;
  s.resultStepX = 1;
  s.resultWidth = ow;
  prepareSweep<T>(s);
  const packed = scratch + PACKED_AT;
  const most = PACKED_BYTES / PANEL / taps; // panels
  const panels = panelsOf<T>(o);
  for (let panel = 0; panel < panels; panel += most) {
    const count = min(most, panels - panel);
    const first = panel * panelLanes<T>();
    const filters = min(o - first, count * panelLanes<T>());
    const block = kBlock(taps);
    for (let t = 0; t < taps; t += block) {
      const kc = min(block, taps - t);
      packPanels<T>(packed + t * count * PANEL, w, taps, true, o, panel, count, t, kc);
    }
    const shift = bias ? bias + first * size : 0;
    for (let image = 0; image < n; ++image) {
      const source = x + <usize>image * c * h * wd * size;
      const result = out + (<usize>image * o + first) * plane;
      multiplySweep<T>(s, source, packed, filters, result, plane, shift, activation);
    }
  }
}

export function conv2d_f32(
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
  activation: i32,
): void {
  conv2d<f32>(out, x, w, bias, n, c, h, wd, o, kh, kw, sh, sw, top, left, oh, ow, activation);
}

export function conv2d_f64(
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
  activation: i32,
): void {
  conv2d<f64>(out, x, w, bias, n, c, h, wd, o, kh, kw, sh, sw, top, left, oh, ow, activation);
}
