import { channelsAbreast, fitsAbreast, sumAbreast } from './conv2d-depthwise-grad';
import { plainConv2dWeightGrad } from './conv2d-plain';
import { kBlock } from './k-blocks';
import { packTransposed } from './pack-panels';
import { scratch } from './scratch';
import { storePlanes } from './store-planes';
import {
  fillGroup,
  FRAME_BYTES,
  frameOf,
  MOST_PIXELS,
  MOST_TAPS,
  PACKED_AT,
  PACKED_BYTES,
  pixelOffsets,
  prepareSweep,
  REST_AT,
  spannedTaps,
  tapOffsets,
  theSweep,
  Sweep,
} from './sweep';
import { addSums } from './sweep-product';
import { runTile } from './tile';
import { ADD, RESUME, Scattered, STORE } from './tile-access';
import { PANEL, panelLanes, panelsOf, ROWS } from './tile-shape';

/** Panels of filters that are summed at once; their part of g is packed at REST_AT. */
const PANELS_AT_ONCE: i32 = 8;
/** Half of the room for packed operands holds sums of whole blocks, half those of a begun block. */
const SUMS_BYTES: i32 = PACKED_BYTES / 2;

/**
 * The gradient of conv2d for its filters: dw[o, c, i, j] is the sum over (n, y, x) of g[n, o, y, x]
 * x[n, c, y sh + i rh - top, x sw + j rw - left]. Rows of the product are taps, columns filters, and k
 * runs over all pixels of all images, in blocks that do not end where an image does. Each group is a
 * product of its own.
 */
function conv2dWeightGrad<T>(
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
  const channels = c / groups;
  const outputs = o / groups;
  const taps = channels * kh * kw;
  if (o <= 0 || taps <= 0) return;
  if (spannedTaps(channels, kh, kw, rh, rw) > MOST_TAPS || n <= 0 || oh <= 0 || ow <= 0) {
    plainConv2dWeightGrad<T>(dw, g, x, n, c, h, wd, o, kh, kw, sh, sw, rh, rw, top, left, oh, ow, groups);
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
  prepareSweep<T>(s);
  const imageBytes = <usize>c * h * wd * sizeof<T>();
  let group = 0;
  if (channels == 1 && outputs == 1 && fitsAbreast(s)) {
    const plane = <usize>oh * ow * sizeof<T>();
    for (; group + channelsAbreast<T>() <= groups; group += channelsAbreast<T>()) {
      const to = dw + <usize>group * taps * sizeof<T>();
      const from = x + <usize>group * h * wd * sizeof<T>();
      sumAbreast<T>(s, to, g + <usize>group * plane, from, n, <usize>o * plane, imageBytes);
    }
    if (group == groups) return;
  }
  const images = spreadImages<T>(s, n, imageBytes);
  for (; group < groups; ++group) {
    sumGroup<T>(
      s,
      dw + <usize>group * outputs * taps * sizeof<T>(),
      g + <usize>group * outputs * oh * ow * sizeof<T>(),
      x + <usize>group * channels * h * wd * sizeof<T>(),
      n,
      outputs,
      imageBytes,
      o * oh * ow,
      images,
    );
  }
}

/**
 * The gradient for the `o` filters of a group. Images are `imageBytes` apart, their gradients `stride`
 * elements.
 */
function sumGroup<T>(
  s: Sweep,
  dw: usize,
  g: usize,
  x: usize,
  n: i32,
  o: i32,
  imageBytes: usize,
  stride: i32,
  images: i32,
): void {
  const taps = s.taps;
  const plane = s.rows * s.columns * <i32>sizeof<T>();
  const panels = panelsOf<T>(o);
  for (let panel = 0; panel < panels; panel += PANELS_AT_ONCE) {
    const first = panel * panelLanes<T>();
    const filters = min(o - first, PANELS_AT_ONCE * panelLanes<T>());
    const room = SUMS_BYTES / PANEL / panelsOf<T>(filters);
    const most = room - (room % ROWS);
    for (let t = 0; t < taps; t += most) {
      const count = min(most, taps - t);
      sumTaps<T>(s, g + first * plane, x, n, imageBytes, stride, filters, t, count, images);
      storeTaps<T>(dw + (<usize>first * taps + t) * sizeof<T>(), taps, filters, count);
    }
  }
}

/** Bytes between the images of a band. */
// @ts-ignore: decorator
@inline
function imageStride<T>(s: Sweep, imageBytes: usize): usize {
  return s.direct ? imageBytes : s.channels * s.planeStride;
}

/**
 * Where a band is a whole image, lets it be several, so that blocks of small images are not
 * interrupted: returns how many and continues the table of pixels.
 */
function spreadImages<T>(s: Sweep, n: i32, imageBytes: usize): i32 {
  const pixels = s.rows * s.columns;
  if (s.bandRows * s.bandColumns < pixels) return 1;
  let images = min(n, MOST_PIXELS / pixels);
  if (!s.direct) images = min(images, FRAME_BYTES / <i32>imageStride<T>(s, imageBytes));
  const stride = <u32>imageStride<T>(s, imageBytes);
  let from = pixelOffsets();
  let to = from + 4 * pixels;
  for (const end = from + 4 * pixels * images; to < end; to += 4) {
    store<u32>(to, load<u32>(from) + stride);
    from += 4;
  }
  return images;
}

/** Rows of sums a panel, rounded up to whole tiles. */
// @ts-ignore: decorator
@inline
function paddedTaps(count: i32): i32 {
  return ((count + ROWS - 1) / ROWS) * ROWS;
}

/**
 * Sums `count` taps from the t-th on, for `filters` filters, into scratch: [panel, tap, 64 bytes].
 */
function sumTaps<T>(
  s: Sweep,
  g: usize,
  x: usize,
  n: i32,
  imageBytes: usize,
  stride: i32,
  filters: i32,
  t: i32,
  count: i32,
  images: i32,
): void {
  const size = <i32>sizeof<T>();
  const sums = scratch + PACKED_AT;
  const parts = sums + SUMS_BYTES;
  const window = s.tapRows * s.tapColumns;
  const channel = t / window;
  const channels = (t + count - 1) / window - channel + 1;
  const pixels = s.rows * s.columns;
  const block = kBlock(n * pixels);
  let left = block;
  let firstBlock = true;
  let begins = true;
  let done = 0;
  for (let image = 0; image < n; image += images) {
    const together = min(images, n - image);
    for (let y = 0; y < s.rows; y += s.bandRows) {
      const rows = min(s.bandRows, s.rows - y);
      for (let u = 0; u < s.columns; u += s.bandColumns) {
        const columns = min(s.bandColumns, s.columns - u);
        let frame: usize = 0;
        for (let i = together - 1; i >= 0; --i) {
          const source = x + <usize>(image + i) * imageBytes;
          frame = frameOf<T>(
            s,
            source,
            y,
            u,
            rows,
            columns,
            channel,
            channels,
            i * imageStride<T>(s, imageBytes),
          );
        }
        const band = rows * columns * together;
        let p = 0;
        while (p < band) {
          left = begins ? min(block, n * pixels - done) : left;
          const kc = min(left, band - p);
          packGradient<T>(
            g,
            stride,
            pixels,
            filters,
            image * pixels + y * s.columns + u + p,
            kc,
          );
          const ends = kc == left;
          const inSums = firstBlock || (begins && ends);
          const mode = begins ? (firstBlock || !ends ? STORE : ADD) : RESUME;
          multiplyTaps<T>(frame, t, count, p, kc, filters, inSums ? sums : parts, mode);
          if (ends && !inSums) addSums<T>(sums, parts, paddedTaps(count) * panelsOf<T>(filters));
          if (ends) firstBlock = false;
          begins = ends;
          left -= kc;
          done += kc;
          p += kc;
        }
      }
    }
  }
}

/**
 * Packs g[.., filters, ..] for `kc` pixels from the p-th of all images on: [panel, pixel, 64
 * bytes]. `stride` is the elements of an image, `pixels` those of a plane.
 */
function packGradient<T>(g: usize, stride: i32, pixels: i32, filters: i32, p: i32, kc: i32): void {
  const size = <i32>sizeof<T>();
  let to = scratch + REST_AT;
  for (let filter = 0; filter < filters; filter += panelLanes<T>()) {
    const count = min(panelLanes<T>(), filters - filter);
    let done = 0;
    while (done < kc) {
      const image = (p + done) / pixels;
      const pixel = (p + done) % pixels;
      const run = min(kc - done, pixels - pixel);
      const from = g + (<usize>image * stride + filter * pixels + pixel) * size;
      packTransposed<T>(to, from, pixels * size, count, run);
      to += run * PANEL;
      done += run;
    }
  }
}

/** Adds (or as `mode` says) the products of `kc` pixels from the p-th of the band on. */
function multiplyTaps<T>(
  frame: usize,
  t: i32,
  count: i32,
  p: i32,
  kc: i32,
  filters: i32,
  sums: usize,
  mode: i32,
): void {
  const steps = pixelOffsets() + 4 * p;
  let right = scratch + REST_AT;
  for (let filter = 0; filter < filters; filter += panelLanes<T>()) {
    const width = (filters - filter) * <i32>sizeof<T>();
    for (let i = 0; i < count; i += ROWS) {
      let group = tapOffsets() + 4 * (t + i);
      if (i + ROWS > count) group = fillGroup(group, count - i);
      runTile<T, Scattered>(kc, frame, group, steps, right, sums, PANEL, mode, width);
      sums += ROWS * PANEL;
    }
    right += kc * PANEL;
  }
}

/** Stores the sums as dw[filters, taps]. */
function storeTaps<T>(dw: usize, taps: i32, filters: i32, count: i32): void {
  const size = sizeof<T>();
  let sums = scratch + PACKED_AT;
  for (let filter = 0; filter < filters; filter += panelLanes<T>()) {
    const width = min(panelLanes<T>(), filters - filter);
    storePlanes<T>(dw + <usize>filter * taps * size, taps * size, sums, count, width, 0, 0);
    sums += paddedTaps(count) * PANEL;
  }
}

export function conv2dWeightGrad_f32(
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
  conv2dWeightGrad<f32>(dw, g, x, n, c, h, wd, o, kh, kw, sh, sw, rh, rw, top, left, oh, ow, groups);
}

export function conv2dWeightGrad_f64(
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
  conv2dWeightGrad<f64>(dw, g, x, n, c, h, wd, o, kh, kw, sh, sw, rh, rw, top, left, oh, ow, groups);
}
