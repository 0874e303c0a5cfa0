import type { FloatDType } from '../../dtype.js';
import { tensor } from '../../create.js';
import type { Tensor } from '../../tensor.js';

/**
 * Along one axis, which elements each result is made of and with which weights: `taps` of them for each,
 * side by side.
 */
export interface AxisTable {
  readonly places: readonly number[];
  readonly weights: readonly number[];
}

/** How an axis is resampled. */
export interface AxisScale {
  readonly from: number;
  readonly to: number;
  /** How many times longer the result was asked to be; null where its length was. */
  readonly factor: number | null;
}

/**
 * The nearest element to the left of where a result lies, in f32 as PyTorch has it; for results as long, or
 * twice as long, whatever the factor was. With `exact`, that nearest to the middle of a result.
 */
export function nearestTable({ from, to, factor }: AxisScale, exact: boolean): AxisTable {
  const simple = factor === null || (!exact && (to === from || to === 2 * from));
  const step = Math.fround(simple ? from / to : 1 / factor);
  const places = Array.from({ length: to }, (_, i) =>
    Math.min(Math.floor(Math.fround((exact ? i + 0.5 : i) * step)), from - 1),
  );
  return { places, weights: places.map(() => 1) };
}

/**
 * The four elements around where a result lies, by Keys' cubic with a slope of -3/4, those outside being the
 * outermost ones.
 */
export function cubicTable({ from, to, factor }: AxisScale, alignCorners: boolean): AxisTable {
  const corners = to > 1 ? (from - 1) / (to - 1) : 0;
  const areas = factor === null ? from / to : 1 / factor;
  const a = -0.75;
  const near = (d: number) => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  const places: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < to; i++) {
    const at = alignCorners ? i * corners : (i + 0.5) * areas - 0.5;
    const left = Math.floor(at);
    const d = at - left;
    for (let tap = -1; tap <= 2; tap++) {
      places.push(Math.max(0, Math.min(left + tap, from - 1)));
    }
    weights.push(far(d + 1), near(d), near(1 - d), far(2 - d));
  }
  return { places, weights };
}

/**
 * The two elements around where a result lies, by their distance from it. Corners are aligned, or pixels
 * are areas with their values in the middle.
 */
export function linearTable({ from, to, factor }: AxisScale, alignCorners: boolean): AxisTable {
  const corners = to > 1 ? (from - 1) / (to - 1) : 0;
  // As long as before is the same as before, whatever the factor was.
  const areas = factor === null || to === from ? from / to : 1 / factor;
  const places: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < to; i++) {
    const at = alignCorners ? i * corners : Math.max(0, (i + 0.5) * areas - 0.5);
    const left = Math.min(Math.floor(at), from - 1);
    const share = Math.min(at - left, 1);
    places.push(left, Math.min(left + 1, from - 1));
    weights.push(1 - share, share);
  }
  return { places, weights };
}

/** A table as a kernel reads it. */
export function tableTensors(
  { places, weights }: AxisTable,
  dtype: FloatDType,
): [places: Tensor, weights: Tensor] {
  return [tensor(Int32Array.from(places)), tensor(weights, { dtype })];
}
