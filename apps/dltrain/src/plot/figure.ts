import { line } from 'd3-shape';
import { isShown, scaleFor } from './axis.js';
import type { Axis, Scale } from './axis.js';
import { strokeAt } from './palette.js';
import type { Stroke } from './palette.js';
import { simplify } from './simplify.js';
import type { Point } from './simplify.js';
import { element, quietColor, svgDocument, text } from './svg.js';

/** A line through points; where a value is not finite the line is broken. */
export interface Series {
  /** What the legend says; series of the same label look the same in all charts of a figure. */
  readonly label: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Whether each point is marked; only the line is drawn by default. */
  readonly points?: boolean;
  /** Bars instead of a line: from these values up to `y`, and as wide as this along x. */
  readonly bars?: { readonly from: ArrayLike<number>; readonly width: number };
  /** A solid line or a bar of this colour, which stands apart from the others. */
  readonly color?: string;
}

/** One pair of axes with its lines and bars. */
export interface Chart {
  readonly title?: string;
  /** A second, quieter line below the title, such as a formula. */
  readonly subtitle?: string;
  readonly series: readonly Series[];
  readonly x?: Axis;
  readonly y?: Axis;
}

export interface FigureOptions {
  readonly title?: string;
  /** Charts beside each other; as many as make a block about as wide as high by default. */
  readonly columns?: number;
  /** Size of one chart with its labels, in pixels: 520 x 360 for one, 240 x 190 for many. */
  readonly chartWidth?: number;
  readonly chartHeight?: number;
}

const margin = 16;
const tickLength = 4;
/** Lines are drawn to within this, in pixels. */
const finest = 0.1;
const faint = '#e3e3e3';
const frame = '#8c8c8c';

/**
 * Charts of lines and bars in a grid under one title and one legend, as the text of an SVG file.
 *
 * @throws ValueError when a domain that was given is no interval
 *
 * @example
 * const x = [1, 10, 100];
 * const svg = renderFigure([{ series: [{ label: 'n squared', x, y: x.map((n) => n * n) }] }]);
 */
export function renderFigure(charts: readonly Chart[], options: FigureOptions = {}): string {
  const small = charts.length > 1;
  const width = options.chartWidth ?? (small ? 240 : 520);
  const height = options.chartHeight ?? (small ? 190 : 360);
  const columns = options.columns ?? Math.ceil(Math.sqrt(charts.length));
  const strokes = strokesOf(charts);
  const wholeWidth = Math.max(1, Math.min(columns, charts.length)) * width + 2 * margin;
  const { title } = options;
  const titleHeight = title === undefined ? 0 : 26;
  const legend = drawLegend(strokes, margin + titleHeight, wholeWidth);
  const top = margin + titleHeight + legend.height;
  const rows = charts.map((chart) => rowsOf(chart, height));
  // Charts below each other begin at the same place, whatever the widths of their numbers.
  const left = Math.max(0, ...rows.map((row) => row.left));
  const drawn = rows.map((row, i) => {
    const x = margin + (i % columns) * width;
    const y = top + Math.floor(i / columns) * height;
    const place = { ...row, left, right: width - 14, height };
    return element(
      'g',
      { transform: `translate(${x} ${y})` },
      ...drawChart(charts[i] ?? { series: [] }, place, strokes),
    );
  });
  const wholeHeight = top + Math.ceil(charts.length / columns) * height + margin / 2;
  const heading =
    title === undefined
      ? []
      : [text(title, margin, margin + 14, { 'font-size': 16, 'font-weight': 600 })];
  const titles = charts.flatMap((chart) => chart.title ?? []);
  return svgDocument(wholeWidth, wholeHeight, title ?? titles.join(', '), [
    ...heading,
    ...legend.marks,
    ...drawn,
  ]);
}

/** What each label looks like, in the order of the legend. */
function strokesOf(charts: readonly Chart[]): Map<string, SeriesStroke> {
  const strokes = new Map<string, SeriesStroke>();
  let next = 0;
  for (const { label, color, bars } of charts.flatMap(({ series }) => series)) {
    if (strokes.has(label)) continue;
    const stroke = color === undefined ? strokeAt(next++) : { color, dashes: undefined };
    strokes.set(label, { ...stroke, isBar: bars !== undefined });
  }
  return strokes;
}

interface SeriesStroke extends Stroke {
  readonly isBar?: boolean;
}

/** Nobody's font is known here; sans-serif letters are about this wide, in ems. */
function textWidth(words: string, size: number): number {
  return words.length * size * 0.56;
}

function drawLegend(strokes: ReadonlyMap<string, SeriesStroke>, top: number, width: number) {
  if (strokes.size < 2) return { marks: [], height: 0 };
  const [swatch, gap, row] = [26, 18, 18];
  let [x, y] = [margin, top + row / 2];
  const marks: string[] = [];
  for (const [label, stroke] of strokes) {
    const needed = swatch + 6 + textWidth(label, 12);
    if (x > margin && x + needed > width - margin) [x, y] = [margin, y + row];
    marks.push(
      stroke.isBar === true
        ? element('rect', { x: x + 8, y: y - 6, width: 12, height: 12, fill: stroke.color })
        : element('line', { x1: x, y1: y, x2: x + swatch, y2: y, ...lineAttributes(stroke) }),
      text(label, x + swatch + 6, y + 4),
    );
    x += needed + gap;
  }
  return { marks, height: y - top + row };
}

/** Where things are in a chart from top to bottom, and the room that numbers take at its left. */
function rowsOf({ title, subtitle, series, x = {}, y = {} }: Chart, height: number) {
  const top = 8 + (title === undefined ? 0 : 16) + (subtitle === undefined ? 0 : 15);
  const bottom = height - 24 - (x.label === undefined ? 0 : 18);
  const ticks = Math.max(2, Math.round((bottom - top) / 36));
  const yScale = scaleFor(y, valuesOf(series, 'y'), [bottom - top, 0], ticks);
  const widest = Math.max(0, ...yScale.ticks.map(({ label }) => textWidth(label, 11)));
  const left = widest + tickLength + 6 + (y.label === undefined ? 0 : 18);
  return { top, bottom, yScale, left };
}

interface Place extends ReturnType<typeof rowsOf> {
  readonly right: number;
  readonly height: number;
}

function drawChart(
  { title, subtitle, series, x: xAxis = {}, y: yAxis = {} }: Chart,
  place: Place,
  strokes: ReadonlyMap<string, Stroke>,
): string[] {
  const { left, right, top, bottom, yScale } = place;
  const ticks = Math.max(2, Math.round((right - left) / 60));
  const xScale = scaleFor(xAxis, valuesOf(series, 'x'), [0, right - left], ticks);
  const lines = series.map((one) => {
    const stroke = strokes.get(one.label) ?? strokeAt(0);
    return one.bars === undefined
      ? drawSeries(one, { xAxis, yAxis, xScale, yScale }, stroke)
      : drawBars(one, one.bars, { xScale, yScale }, stroke);
  });
  const bold = { 'font-size': 13, 'font-weight': 600 };
  return [
    ...(title === undefined ? [] : [text(title, left, 14, bold)]),
    ...(subtitle === undefined
      ? []
      : [text(subtitle, left, top - 8, { 'font-size': 11, fill: quietColor })]),
    ...drawAxes(xScale, place),
    ...axisLabels(xAxis, yAxis, place),
    // An inner picture cuts off what is beyond the axes, but for half the width of a line.
    element(
      'svg',
      {
        x: left - 1,
        y: top - 1,
        width: right - left + 2,
        height: bottom - top + 2,
        viewBox: `-1 -1 ${right - left + 2} ${bottom - top + 2}`,
      },
      lines.join(''),
    ),
  ];
}

function* valuesOf(series: readonly Series[], of: 'x' | 'y'): Generator<number> {
  for (const { [of]: values, bars } of series) {
    yield* Array.from(values);
    if (bars === undefined) continue;
    if (of === 'y') yield* Array.from(bars.from);
    else yield* Array.from(values).flatMap((x) => [x - bars.width / 2, x + bars.width / 2]);
  }
}

function drawAxes(xScale: Scale, { left, right, top, bottom, yScale }: Place): string[] {
  const rule = (x1: number, y1: number, x2: number, y2: number, stroke: string): string =>
    element('line', { x1, y1, x2, y2, stroke });
  const vertical = xScale.ticks.map(({ value, label }) => {
    const x = left + xScale(value);
    const words = text(label, x, bottom + 16, { 'font-size': 11, 'text-anchor': 'middle' });
    return (
      rule(x, top, x, bottom, value === 0 ? frame : faint) +
      rule(x, bottom, x, bottom + tickLength, frame) +
      words
    );
  });
  const horizontal = yScale.ticks.map(({ value, label }) => {
    const y = top + yScale(value);
    const words = text(label, left - tickLength - 3, y + 4, {
      'font-size': 11,
      'text-anchor': 'end',
    });
    return (
      rule(left, y, right, y, value === 0 ? frame : faint) +
      rule(left - tickLength, y, left, y, frame) +
      words
    );
  });
  return [
    ...vertical,
    ...horizontal,
    element('rect', {
      x: left,
      y: top,
      width: right - left,
      height: bottom - top,
      fill: 'none',
      stroke: frame,
    }),
  ];
}

function axisLabels(x: Axis, y: Axis, { left, right, top, bottom, height }: Place) {
  const anchor = { 'text-anchor': 'middle' };
  const middle = (top + bottom) / 2;
  return [
    ...(x.label === undefined ? [] : [text(x.label, (left + right) / 2, height - 6, anchor)]),
    ...(y.label === undefined
      ? []
      : [text(y.label, 12, middle, { ...anchor, transform: `rotate(-90 12 ${middle})` })]),
  ];
}

function drawSeries(
  { x, y, points }: Series,
  axes: { xAxis: Axis; yAxis: Axis; xScale: Scale; yScale: Scale },
  stroke: Stroke,
): string {
  const { xAxis, yAxis, xScale, yScale } = axes;
  // Far beyond the picture, renderers lose their footing; a few heights away is beyond as well.
  const near = (pixels: number): number => Math.max(-5000, Math.min(5000, pixels));
  const runs: Point[][] = [[]];
  for (let i = 0; i < Math.min(x.length, y.length); i += 1) {
    const [atX, atY] = [x[i] ?? NaN, y[i] ?? NaN];
    const isDefined = isShown(atX, xAxis) && isShown(atY, yAxis);
    if (isDefined) runs.at(-1)?.push([near(xScale(atX)), near(yScale(atY))]);
    else runs.push([]);
  }
  const pen = line().digits(1);
  const path = runs.map((run) => pen(simplify(run, finest).map(([px, py]) => [px, py])) ?? '');
  const dots = points === true ? runs.flat().map(([cx, cy]) => dotAt(cx, cy, stroke)) : [];
  const d = path.join('');
  const drawn = d === '' ? [] : [element('path', { d, ...lineAttributes(stroke) })];
  return [...drawn, ...dots].join('');
}

/** Bars for values that are not finite are left out. */
function drawBars(
  { x, y }: Series,
  { from, width }: NonNullable<Series['bars']>,
  { xScale, yScale }: { xScale: Scale; yScale: Scale },
  { color }: Stroke,
): string {
  const bars = Array.from({ length: Math.min(x.length, y.length) }, (_, i) => {
    const [at, low, high] = [x[i] ?? NaN, from[i] ?? NaN, y[i] ?? NaN];
    if (![at, low, high].every(Number.isFinite)) return '';
    const [left, right] = [xScale(at - width / 2), xScale(at + width / 2)];
    const [top, bottom] = [yScale(high), yScale(low)].sort((a, b) => a - b) as [number, number];
    const size = { width: right - left, height: bottom - top };
    return element('rect', { x: left, y: top, ...size, fill: color });
  });
  return bars.join('');
}

function dotAt(cx: number, cy: number, { color }: Stroke): string {
  return element('circle', { cx, cy, r: 2.5, fill: color });
}

function lineAttributes({ color, dashes }: Stroke) {
  return {
    fill: 'none',
    stroke: color,
    'stroke-width': 1.8,
    'stroke-linejoin': 'round',
    'stroke-dasharray': dashes,
  };
}
