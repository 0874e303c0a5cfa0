import { plainConv2dInputGrad } from './conv2d-plain';
import { kBlock } from './k-blocks';
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
 * The gradient of conv2d for its input, gathered: dx[n, c, y, x] is the sum over (o, i, j) of g[n,
 * o, (y + top - i rh) / sh, (x + left - j rw) / sw] w[o, c, i, j] where the divisions leave no
 * remainder. With a stride the pixels of one phase, (y + top) % sh and (x + left) % sw, share their
 * taps: with d the greatest common divisor of sh and the dilation rh, each (sh / d)-th, which meet rows of g
 * rh / d apart. So each phase is a sweep with steps of 1 over g, and each group one of its own.
 */
function conv2dInputGrad<T>(
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
  if (n <= 0 || c <= 0 || h <= 0 || wd <= 0) return;
  const channels = c / groups;
  const outputs = o / groups;
  if (spannedTaps(outputs, kh, kw, rh, rw) > MOST_TAPS) {
    plainConv2dInputGrad<T>(dx, g, w, n, c, h, wd, o, kh, kw, sh, sw, rh, rw, top, left, oh, ow, groups);
    return;
  }
  const commonY = greatestCommonDivisor(rh, sh);
  const commonX = greatestCommonDivisor(rw, sw);
  // From tap to tap of a phase, of which there are as many as taps that begin one.
  const stepI = sh / commonY;
  const stepJ = sw / commonX;
  const phasesY = min(stepI, kh);
  const phasesX = min(stepJ, kw);
  // Some phases may have no taps.
  if (o <= 0 || oh <= 0 || ow <= 0 || phasesY < sh || phasesX < sw) {
    memory.fill(dx, 0, <usize>n * c * h * wd * sizeof<T>());
    if (o <= 0 || oh <= 0 || ow <= 0) return;
  }
  const s = theSweep();
  s.channels = outputs;
  s.height = oh;
  s.width = ow;
  s.flipped = true;
  s.stepY = 1;
  s.stepX = 1;
  s.tapStepY = rh / commonY;
  s.tapStepX = rw / commonX;
  s.resultStepY = sh;
  s.resultStepX = sw;
  s.resultWidth = wd;
  for (let i = 0; i < phasesY; ++i) {
    s.tapRows = (kh - i + stepI - 1) / stepI;
    s.resultTop = (((i * rh - top) % sh) + sh) % sh;
    s.rows = (h - s.resultTop + sh - 1) / sh;
    // Tap 0 of pixel 0 meets this row of g; the last tap meets the first row of the window.
    s.top = (s.resultTop + top - i * rh) / sh - (s.tapRows - 1) * s.tapStepY;
    for (let j = 0; j < phasesX; ++j) {
      s.tapColumns = (kw - j + stepJ - 1) / stepJ;
      s.resultLeft = (((j * rw - left) % sw) + sw) % sw;
      s.columns = (wd - s.resultLeft + sw - 1) / sw;
      s.left = (s.resultLeft + left - j * rw) / sw - (s.tapColumns - 1) * s.tapStepX;
      if (s.rows <= 0 || s.columns <= 0) continue;
      prepareSweep<T>(s);
      for (let group = 0; group < groups; ++group) {
        gatherPhase<T>(
          s,
          dx + <usize>group * channels * h * wd * sizeof<T>(),
          g + <usize>group * outputs * oh * ow * sizeof<T>(),
          w + <usize>group * outputs * channels * kh * kw * sizeof<T>(),
          n,
          channels,
          <usize>c * h * wd * sizeof<T>(),
          <usize>o * oh * ow * sizeof<T>(),
          <usize>h * wd * sizeof<T>(),
          kh,
          kw,
          i,
          stepI,
          j,
          stepJ,
        );
      }
    }
  }
}

function greatestCommonDivisor(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/**
 * Computes the pixels of one phase, for the channels of one group: the taps i, i + stepI, .. and j, j +
 * stepJ, .. of the filters. Images are `imageBytes` apart, their gradients `gradientBytes`.
 */
function gatherPhase<T>(
  s: Sweep,
  dx: usize,
  g: usize,
  w: usize,
  n: i32,
  c: i32,
  imageBytes: usize,
  gradientBytes: usize,
  plane: usize,
  kh: i32,
  kw: i32,
  i: i32,
  stepI: i32,
  j: i32,
  stepJ: i32,
): void {
  const size = <i32>sizeof<T>();
  const packed = scratch + PACKED_AT;
  const most = PACKED_BYTES / PANEL / s.taps; // panels
  const panels = panelsOf<T>(c);
  for (let panel = 0; panel < panels; panel += most) {
    const first = panel * panelLanes<T>();
    const channels = min(c - first, most * panelLanes<T>());
    packPhase<T>(s, packed, w + first * kh * kw * size, channels, c, kh, kw, i, stepI, j, stepJ);
    for (let image = 0; image < n; ++image) {
      const source = g + <usize>image * gradientBytes;
      const result = dx + <usize>image * imageBytes + first * plane;
      multiplySweep<T>(s, source, packed, channels, result, plane, 0, 0);
    }
  }
}

/** Packs w[o, channels, i.., j..] as a matrix [(o, i, j), channels]. */
function packPhase<T>(
  s: Sweep,
  to: usize,
  w: usize,
  channels: i32,
  c: i32,
  kh: i32,
  kw: i32,
  i0: i32,
  stepI: i32,
  j0: i32,
  stepJ: i32,
): void {
  const size = <i32>sizeof<T>();
  const taps = s.taps;
  const block = kBlock(taps);
  const panels = panelsOf<T>(channels);
  const filter = kh * kw * size;
  let t = 0;
  for (let o = 0; o < s.channels; ++o) {
    for (let i = i0; i < kh; i += stepI) {
      for (let j = j0; j < kw; j += stepJ) {
        const start = t - (t % block);
        const kc = min(block, taps - start);
        let row = to + (start * panels + (t - start)) * PANEL;
        let from = w + <usize>o * c * filter + (i * kw + j) * size;
        for (let channel = 0; channel < channels; channel += panelLanes<T>()) {
          const count = min(panelLanes<T>(), channels - channel);
          let at = row;
          for (let lane = 0; lane < count; ++lane) {
            store<T>(at, load<T>(from));
            at += size;
            from += filter;
          }
          for (; at < row + PANEL; at += size) store<T>(at, <T>0);
          row += kc * PANEL;
        }
        t += 1;
      }
    }
  }
}

export function conv2dInputGrad_f32(
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
  conv2dInputGrad<f32>(dx, g, w, n, c, h, wd, o, kh, kw, sh, sw, rh, rw, top, left, oh, ow, groups);
}

export function conv2dInputGrad_f64(
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
  conv2dInputGrad<f64>(dx, g, w, n, c, h, wd, o, kh, kw, sh, sw, rh, rw, top, left, oh, ow, groups);
}
