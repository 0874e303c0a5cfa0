import { plainConv2dInputGrad } from './conv2d-plain';
import { kBlock } from './k-blocks';
import { scratch } from './scratch';
import { MOST_TAPS, PACKED_AT, PACKED_BYTES, prepareSweep, theSweep, Sweep } from './sweep';
import { multiplySweep } from './sweep-product';
import { PANEL, panelLanes, panelsOf } from './tile-shape';

/**
 * The gradient of conv2d for its input, gathered: dx[n, c, y, x] is the sum over (o, i, j) of g[n,
 * o, (y + top - i) / sh, (x + left - j) / sw] w[o, c, i, j] where the divisions leave no remainder.
 * With a stride the pixels of one phase, (y + top) % sh and (x + left) % sw, share their taps, so
 * each phase is a sweep with steps of 1 over g.
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
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
): void {
  if (n <= 0 || c <= 0 || h <= 0 || wd <= 0) return;
  if (o * kh * kw > MOST_TAPS) {
    plainConv2dInputGrad<T>(dx, g, w, n, c, h, wd, o, kh, kw, sh, sw, top, left, oh, ow);
    return;
  }
  // Where a stride is longer than the window some phases have no taps.
  if (o <= 0 || oh <= 0 || ow <= 0 || sh > kh || sw > kw) {
    memory.fill(dx, 0, <usize>n * c * h * wd * sizeof<T>());
    if (o <= 0 || oh <= 0 || ow <= 0) return;
  }
  const s = theSweep();
  s.channels = o;
  s.height = oh;
  s.width = ow;
  s.flipped = true;
  s.stepY = 1;
  s.stepX = 1;
  s.resultStepY = sh;
  s.resultStepX = sw;
  s.resultWidth = wd;
  for (let i = 0; i < min(sh, kh); ++i) {
    s.tapRows = (kh - i + sh - 1) / sh;
    s.resultTop = (((i - top) % sh) + sh) % sh;
    s.rows = (h - s.resultTop + sh - 1) / sh;
    // Tap 0 of pixel 0 meets this row of g; the last tap meets the first row of the window.
    s.top = (s.resultTop + top - i) / sh - (s.tapRows - 1);
    for (let j = 0; j < min(sw, kw); ++j) {
      s.tapColumns = (kw - j + sw - 1) / sw;
      s.resultLeft = (((j - left) % sw) + sw) % sw;
      s.columns = (wd - s.resultLeft + sw - 1) / sw;
      s.left = (s.resultLeft + left - j) / sw - (s.tapColumns - 1);
      if (s.rows > 0 && s.columns > 0) {
        gatherPhase<T>(s, dx, g, w, n, c, h, wd, kh, kw, i, sh, j, sw);
      }
    }
  }
}

/** Computes the pixels of one phase: the taps i, i + sh, .. and j, j + sw, .. of the filters. */
function gatherPhase<T>(
  s: Sweep,
  dx: usize,
  g: usize,
  w: usize,
  n: i32,
  c: i32,
  h: i32,
  wd: i32,
  kh: i32,
  kw: i32,
  i: i32,
  sh: i32,
  j: i32,
  sw: i32,
): void {
  const size = <i32>sizeof<T>();
  prepareSweep<T>(s);
  const packed = scratch + PACKED_AT;
  const most = PACKED_BYTES / PANEL / s.taps; // panels
  const panels = panelsOf<T>(c);
  const plane = <usize>h * wd * size;
  for (let panel = 0; panel < panels; panel += most) {
    const first = panel * panelLanes<T>();
    const channels = min(c - first, most * panelLanes<T>());
    packPhase<T>(s, packed, w + first * kh * kw * size, channels, c, kh, kw, i, sh, j, sw);
    for (let image = 0; image < n; ++image) {
      const source = g + <usize>image * s.channels * s.height * s.width * size;
      const result = dx + (<usize>image * c + first) * plane;
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
  sh: i32,
  j0: i32,
  sw: i32,
): void {
  const size = <i32>sizeof<T>();
  const taps = s.taps;
  const block = kBlock(taps);
  const panels = panelsOf<T>(channels);
  const filter = kh * kw * size;
  let t = 0;
  for (let o = 0; o < s.channels; ++o) {
    for (let i = i0; i < kh; i += sh) {
      for (let j = j0; j < kw; j += sw) {
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
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
): void {
  conv2dInputGrad<f32>(dx, g, w, n, c, h, wd, o, kh, kw, sh, sw, top, left, oh, ow);
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
  top: i32,
  left: i32,
  oh: i32,
  ow: i32,
): void {
  conv2dInputGrad<f64>(dx, g, w, n, c, h, wd, o, kh, kw, sh, sw, top, left, oh, ow);
}
