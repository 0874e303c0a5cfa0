import { plainConv2d } from './conv2d-plain';
import { finishRegion } from './epilogue';
import { kBlock } from './k-blocks';
import { packPanels } from './pack-panels';
import { scratch } from './scratch';
import {
  MOST_TAPS,
  PACKED_AT,
  PACKED_BYTES,
  prepareSweep,
  spannedTaps,
  Sweep,
  theSweep,
} from './sweep';
import { multiplySweep } from './sweep-product';
import { PANEL, panelLanes, panelsOf } from './tile-shape';

/**
 * Cross-correlation of images x [n, c, h, wd] with filters w [o, c, kh, kw]:
 *
 *   out[n, o, y, x] = act(sum over (c, i, j) of x[n, c, u, v] w[o, c, i, j] + bias[o])
 *
 * where u = y sh + i rh - top and v = x sw + j rw - left, with zeros outside of x. The columns of the
 * product are filters, its rows pixels. With groups, filters are [o, c / groups, kh, kw], and those of a
 * group see its channels alone: a product each.
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
  groups: i32,
  activation: i32,
): void {
  const size = <i32>sizeof<T>();
  if (n <= 0 || o <= 0 || oh <= 0 || ow <= 0) return;
  const channels = c / groups;
  const outputs = o / groups;
  const taps = channels * kh * kw;
  const plane = <usize>oh * ow * size;
  if (taps == 0 || spannedTaps(channels, kh, kw, rh, rw) > MOST_TAPS) {
    plainConv2d<T>(out, x, w, bias, n, c, h, wd, o, kh, kw, sh, sw, rh, rw, top, left, oh, ow, groups);
    if (activation) finishRegion<T>(out, 0, 1, n * o * oh * ow, 0, activation);
    return;
  }
  const s = theSweep();
  s.channels = channels;
  s.height = h;
  s.width = wd;
  s.tapRows = kh;
  s.tapColumns = kw;
  s.flipped = false;
  s.top = -top;
  s.left = -left;
  s.stepY = sh;
  s.stepX = sw;
  s.tapStepY = rh;
  s.tapStepX = rw;
  s.rows = oh;
  s.columns = ow;
  s.resultTop = 0;
  s.resultLeft = 0;
  s.resultStepY = 1;
  s.resultStepX = 1;
  s.resultWidth = ow;
  prepareSweep<T>(s);
  for (let group = 0; group < groups; ++group) {
    const first = group * outputs;
    multiplyGroup<T>(
      s,
      out + first * plane,
      x + <usize>group * channels * h * wd * size,
      w + <usize>first * taps * size,
      bias ? bias + first * size : 0,
      n,
      <usize>c * h * wd * size,
      outputs,
      <usize>o * plane,
      plane,
      activation,
    );
  }
}

/**
 * Multiplies the windows of all images with `o` filters; images are `imageBytes` apart, results
 * `resultBytes`, and `plane` is the size of a plane of results.
 */
function multiplyGroup<T>(
  s: Sweep,
  out: usize,
  x: usize,
  w: usize,
  bias: usize,
  n: i32,
  imageBytes: usize,
  o: i32,
  resultBytes: usize,
  plane: usize,
  activation: i32,
): void {
  const size = <i32>sizeof<T>();
  const taps = s.taps;
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
      const source = x + <usize>image * imageBytes;
      const result = out + <usize>image * resultBytes + first * plane;
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
  groups: i32,
  activation: i32,
): void {
  conv2d<f32>(out, x, w, bias, n, c, h, wd, o, kh, kw, sh, sw, rh, rw, top, left, oh, ow, groups, activation);
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
  rh: i32,
  rw: i32,
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
  groups: i32,
  activation: i32,
): void {
  conv2d<f64>(out, x, w, bias, n, c, h, wd, o, kh, kw, sh, sw, rh, rw, top, left, oh, ow, groups, activation);
}
