import { format } from 'd3-format';
import { scaleLinear, scaleLog } from 'd3-scale';
import { ValueError } from '@dltrain/core';

/** One direction of a chart. */
export interface Axis {
  readonly label?: string;
  /** `linear` by default; a `log` axis leaves out values that are not positive. */
  readonly scale?: 'linear' | 'log';
  /** The values at both ends; by default those of the data, rounded outwards. */
  readonly domain?: readonly [low: number, high: number];
  /** What is marked; by default round numbers, as many as there is room for. */
  readonly ticks?: readonly Tick[];
}

/** A value that is marked on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** From values to pixels. */
export interface Scale {
  (value: number): number;
  readonly domain: readonly [low: number, high: number];
  readonly ticks: readonly Tick[];
}

/** Whether a value has a place on an axis. */
export function isShown(value: number, { scale }: Axis): boolean {
  return Number.isFinite(value) && (scale !== 'log' || value > 0);
}

/**
 * The scale of an axis over the values it has to show.
 *
 * @param range pixels at the low and at the high end
 * @param count about how many ticks there is room for
 * @throws ValueError when the domain is no interval, or a log axis would reach zero
 */
export function scaleFor(
  axis: Axis,
  values: Iterable<number>,
  range: readonly [number, number],
  count: number,
): Scale {
  const { domain: given } = axis;
  if (given !== undefined) checkDomain(axis, given);
  const extent = given ?? extentOf(axis, values);
  const scale = axis.scale === 'log' ? scaleLog() : scaleLinear();
  scale.domain(extent).range(range);
  if (given === undefined) scale.nice(count);
  const [low = NaN, high = NaN] = scale.domain();
  const roundTicks = axis.scale === 'log' ? logTicks : linearTicks;
  const ticks = axis.ticks ?? roundTicks(low, high, count);
  return Object.assign((value: number) => scale(value), { domain: [low, high] as const, ticks });
}

function checkDomain(axis: Axis, [low, high]: readonly [number, number]): void {
  if (isShown(low, axis) && isShown(high, axis) && low < high) return;
  const kind = axis.scale ?? 'linear';
  throw new ValueError(
    `plot: [${low}, ${high}] is no domain of a ${kind} axis; give two ${
      kind === 'log' ? 'positive ' : ''
    }numbers, the smaller one first`,
  );
}

/** The least and the greatest value shown, a little apart where they are the same. */
function extentOf(axis: Axis, values: Iterable<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!isShown(value, axis)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low < high) return [low, high];
  if (axis.scale === 'log') return low === high ? [low / 10, high * 10] : [1, 10];
  return low === high ? [low - 1, high + 1] : [0, 1];
}

function linearTicks(low: number, high: number, count: number): Tick[] {
  const scale = scaleLinear().domain([low, high]);
  const label = scale.tickFormat(count);
  return scale.ticks(count).map((value) => ({ value, label: label(value).replace('\u2212', '-') }));
}

/** Powers of ten where there are enough of them; what d3 marks otherwise. */
function logTicks(low: number, high: number, count: number): Tick[] {
  // Rounding must not lose a power that is the end itself.
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const powers = last - first + 1;
  if (powers < 3) {
    const values = scaleLog().domain([low, high]).ticks(count);
    return values.map((value) => ({ value, label: format('.3~g')(value).replace('\u2212', '-') }));
  }
  const step = Math.ceil(powers / count);
  const exponents = Array.from({ length: powers }, (_, i) => first + i);
  return exponents
    .filter((exponent) => exponent % step === 0)
    .map((exponent) => ({ value: 10 ** exponent, label: `10${superscript(exponent)}` }));
}

function superscript(exponent: number): string {
  const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';
  return String(exponent).replace(/./g, (digit) => digits[Number(digit)] ?? '⁻');
}
