import type { StatisticsEvent } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { statisticsLines } from './statistics-lines.js';

const layer: StatisticsEvent['layers'][number] = {
  name: '1',
  kind: 'ReLU',
  turn: 1,
  shape: [64, 8],
  activation: { mean: 0.25, deviation: 0.5, norm: 3 },
  zeros: 0.5,
  saturated: null,
  dead: 0.125,
  gradient: { mean: 0, deviation: 0, norm: 0.0123 },
};
const event = (layers: StatisticsEvent['layers']): StatisticsEvent => ({
  event: 'statistics',
  step: 1200,
  epoch: 2,
  samples: 64,
  elapsedMs: 5,
  layers,
});

describe('statisticsLines', () => {
  it('gives each layer a row', () => {
    const sigmoid = {
      ...layer,
      name: '2',
      kind: 'Sigmoid',
      turn: 2,
      saturated: 0.9,
      gradient: null,
    };
    expect(statisticsLines(event([layer, sigmoid]))).toEqual([
      'layers after step 1,200, on 64 samples',
      '  layer               mean  deviation  zeros  dead units  saturated  gradient norm',
      '  1 ReLU            0.2500     0.5000  50.0%       12.5%                   1.23e-2',
      '  2 Sigmoid, run 2  0.2500     0.5000  50.0%       12.5%      90.0%',
    ]);
  });

  it('shows the ends of a long list', () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ ...layer, name: String(i) }));
    const lines = statisticsLines(event(many));
    expect(lines).toHaveLength(2 + 24 + 1);
    expect(lines[14]).toBe('  ... 76 more layers');
    expect(lines.at(-1)).toMatch(/^ {2}99 ReLU/);
  });
});
