import { format } from 'd3-format';
import { alignColumns, formatBytes, formatCount, formatShape } from '../progress/format.js';
import type { LayerSummary, ModelSummary } from './summarize.js';

/** What training needs besides the model itself. */
export interface TrainingSummary {
  /** Such as `momentum`: one value for each trainable parameter. */
  readonly optimizerStates: readonly string[];
  /** Leaves into which a batch is cut. */
  readonly leaves: number;
}

interface Column {
  readonly title: string;
  /** Left out where the width is less. */
  readonly from: number;
  cell(layer: LayerSummary): string;
}

const columns: readonly Column[] = [
  { title: 'output', from: 0, cell: ({ outputShape: s }) => (s === null ? '' : formatShape(s)) },
  { title: 'parameters', from: 0, cell: parametersCell },
  { title: 'multiply-adds', from: 100, cell: ({ multiplyAdds }) => formatAmount(multiplyAdds) },
  { title: 'FLOPs', from: 46, cell: ({ flops }) => formatAmount(flops) },
  { title: 'output bytes', from: 72, cell: ({ outputBytes }) => formatBytes(outputBytes) },
];

/** Less than this says nothing of a layer. */
const narrowest = 8;

/** The summary as lines of no more than a width, as far as the numbers let it. */
export function summaryTable(
  summary: ModelSummary,
  training: TrainingSummary,
  width: number,
): string[] {
  const shown = columns.filter(({ from }) => width >= from);
  const rows = summary.layers.map((layer) => shown.map((column) => column.cell(layer)));
  const totals = shown.map(({ title }) => totalOf(title, summary));
  const cells = [shown.map(({ title }) => title), ...rows, totals];
  const widths = shown.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const taken = widths.reduce((sum, size) => sum + size + 2, 0);
  const room = Math.max(narrowest, width - taken);
  const names = ['layer', ...summary.layers.map(layerName), 'all, for one sample'];
  const table = alignColumns(
    cells.map((row, i) => [shorten(names[i] ?? '', room), ...row]),
    new Set(shown.map((_, i) => i + 1)),
  );
  const rule = '-'.repeat(Math.max(...table.map(({ length }) => length)));
  const [head = '', ...body] = table;
  return [
    head,
    rule,
    ...body.slice(0, -1),
    rule,
    ...body.slice(-1),
    '',
    ...notes(summary, training, width),
  ];
}

function totalOf(title: string, { parameters, multiplyAdds, flops }: ModelSummary): string {
  if (title === 'parameters') return formatCount(parameters.total);
  if (title === 'multiply-adds') return formatAmount(multiplyAdds);
  return title === 'FLOPs' ? formatAmount(flops) : '';
}

function layerName({ name, kind, description, level, turn }: LayerSummary): string {
  const path = name === '' ? '' : `${name} `;
  const again = turn > 1 ? `, run ${turn}` : '';
  const what = description === '' ? kind : `${kind}(${description})`;
  return `${'  '.repeat(level)}${path}${what}${again}`;
}

function parametersCell({ parameters }: LayerSummary): string {
  return parameters === 0 ? '-' : formatCount(parameters);
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

/** What a table has no column for, a line each. */
function notes(
  { parameters, parameterBytes, samples, keptBytes }: ModelSummary,
  { optimizerStates, leaves }: TrainingSummary,
  width: number,
): string[] {
  const { total, trainable } = parameters;
  const frozen = total - trainable;
  const state = optimizerStates.length * parameterBytes.trainable;
  const states = optimizerStates.length === 0 ? '' : ` (${optimizerStates.join(', ')})`;
  const sum = parameterBytes.total + parameterBytes.trainable + state;
  const rows = [
    [
      'trainable',
      `${formatCount(trainable)}${frozen === 0 ? '' : `, frozen ${formatCount(frozen)}`}`,
    ],
    ['weights', formatBytes(parameterBytes.total)],
    ['gradients', formatBytes(parameterBytes.trainable)],
    ['optimizer state', `${formatBytes(state)}${states}`],
    ['together', formatBytes(sum)],
    [
      'activations',
      `${formatBytes(keptBytes)} a leaf (${samples} samples, ${leaves} leaves a batch)`,
    ],
  ];
  return alignColumns(rows).flatMap((line) => wrap(line, width));
}

/** A line broken between words where it is too long, the rest indented. */
function wrap(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const at = line.lastIndexOf(' ', width);
  // A word that is longer than the line stays whole.
  if (at <= indent.length) return [line];
  return [line.slice(0, at).trimEnd(), ...wrap(`${indent}${line.slice(at + 1)}`, width)];
}

const indent = '    ';

/** `1.23M`; exact below a thousand. */
function formatAmount(value: number): string {
  if (value === 0) return '-';
  return value < 1000 ? String(Math.round(value)) : format('.3~s')(value);
}
