import type { StatisticsEvent } from '@dltrain/runtime';
import { alignColumns, formatCount, formatMetric } from './format.js';

/** Of more layers than this, the console shows the first and the last. */
const mostLayers = 24;

/** Layers with the spread of their outputs and of the gradients that reach them, as a table. */
export function statisticsLines({ step, samples, layers }: StatisticsEvent): string[] {
  const hidden = Math.max(0, layers.length - mostLayers);
  const shown = layers.filter(
    (_, i) => i < mostLayers / 2 || i >= layers.length - (mostLayers - mostLayers / 2),
  );
  const rows = shown.map(({ name, kind, turn, activation, zeros, saturated, dead, gradient }) => [
    `${name === '' ? '' : `${name} `}${kind}${turn > 1 ? `, run ${turn}` : ''}`,
    formatMetric(activation.mean),
    formatMetric(activation.deviation),
    formatShare(zeros),
    formatShare(dead),
    saturated === null ? '' : formatShare(saturated),
    gradient === null ? '' : gradient.norm.toExponential(2),
  ]);
  const head = ['layer', 'mean', 'deviation', 'zeros', 'dead units', 'saturated', 'gradient norm'];
  const table = alignColumns([head, ...rows], new Set([1, 2, 3, 4, 5, 6]));
  if (hidden > 0) table.splice(1 + mostLayers / 2, 0, `... ${formatCount(hidden)} more layers`);
  const title = `layers after step ${formatCount(step)}, on ${formatCount(samples)} samples`;
  return [title, ...table.map((line) => `  ${line}`)];
}

function formatShare(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
