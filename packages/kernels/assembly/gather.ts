/** Batches out of data sets: rows chosen by i32 indices, which the caller has checked. */
import { elementAt } from './broadcast';
import { copyRow } from './copy-row';
import { lanes, loadUpTo, storeUpTo } from './vector';

/** Copies row indices[i] of src, rowBytes long, to row i of out. */
export function gatherRows(out: usize, src: usize, indices: usize, count: i32, rowBytes: i32): void {
  for (let i = 0; i < count; i++) {
    const row = src + <usize>load<i32>(elementAt<i32>(indices, i)) * <usize>rowBytes;
    // words where rows are whole words
    if (rowBytes & 3) copyRow<u8>(out, row, rowBytes);
    else copyRow<u32>(out, row, rowBytes >> 2);
    out += rowBytes;
  }
}

/**
 * u8 samples [channels, plane] to f32 by a table a channel: out = lut[channel * 256 + byte]. The table holds
 * whatever a normalisation makes of the 256 values.
 */
export function gatherLookup(out: usize, src: usize, indices: usize, count: i32, channels: i32, plane: i32, lut: usize): void {
  const sample = <usize>channels * <usize>plane;
  for (let i = 0; i < count; i++) {
    let from = src + <usize>load<i32>(elementAt<i32>(indices, i)) * sample;
    for (let channel = 0; channel < channels; channel++) {
      const table = lut + (<usize>channel << 10);
      let left = plane;
      for (; left >= 4; left -= 4) {
        const bytes = load<u32>(from);
        store<u32>(out, load<u32>(table + ((bytes & 255) << 2)));
        store<u32>(out, load<u32>(table + (((bytes >> 8) & 255) << 2)), 4);
        store<u32>(out, load<u32>(table + (((bytes >> 16) & 255) << 2)), 8);
        store<u32>(out, load<u32>(table + ((bytes >> 24) << 2)), 12);
        from += 4;
        out += 16;
      }
      for (; left > 0; left--) {
        store<u32>(out, load<u32>(table + (<usize>load<u8>(from) << 2)));
        from++;
        out += 4;
      }
    }
  }
}

/** f32 samples [channels, plane]: out = (x - mean[channel]) / std[channel] */
export function gatherNormalize(out: usize, src: usize, indices: usize, count: i32, channels: i32, plane: i32, mean: usize, std: usize): void {
  const sample = (<usize>channels * <usize>plane) << 2;
  for (let i = 0; i < count; i++) {
    let from = src + <usize>load<i32>(elementAt<i32>(indices, i)) * sample;
    for (let channel = 0; channel < channels; channel++) {
      const centre = v128.load32_splat(elementAt<f32>(mean, channel));
      const spread = v128.load32_splat(elementAt<f32>(std, channel));
      for (let j = 0; j < plane; j += lanes<f32>()) {
        const x = loadUpTo<f32>(elementAt<f32>(from, j), plane - j);
        const y = f32x4.div(f32x4.sub(x, centre), spread);
        storeUpTo<f32>(elementAt<f32>(out, j), y, plane - j);
      }
      from = elementAt<f32>(from, plane);
      out = elementAt<f32>(out, plane);
    }
  }
}
