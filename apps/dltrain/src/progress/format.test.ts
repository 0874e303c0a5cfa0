import { describe, expect, it } from 'vitest';
import { alignColumns, formatClock, formatCount, formatDuration, formatMetric } from './format.js';

describe('format', () => {
  it('groups digits', () => {
    expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  });

  it('keeps metrics readable at any size', () => {
    expect([0, 0.97916, 12.3, 1e-7, 1e9, NaN].map(formatMetric)).toEqual([
      '0.0000',
      '0.9792',
      '12.3000',
      '1.000e-7',
      '1.000e+9',
      'NaN',
    ]);
  });

  it('writes durations as clocks', () => {
    expect([0, 7_400, 754_000, 3_723_000].map(formatClock)).toEqual([
      '0:00',
      '0:07',
      '12:34',
      '1:02:03',
    ]);
  });

  it('writes short durations in their own units', () => {
    expect([0.4, 999.4, 999.6, 59_940, 59_960].map(formatDuration)).toEqual([
      '0 ms',
      '999 ms',
      '1.0 s',
      '59.9 s',
      '1:00',
    ]);
  });

  it('aligns columns', () => {
    expect(
      alignColumns(
        [
          ['a', '1'],
          ['long', '200'],
        ],
        new Set([1]),
      ),
    ).toEqual(['a       1', 'long  200']);
  });
});
