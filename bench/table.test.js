import { describe, expect, it } from 'vitest';
import { digits, duration, formatTable, percent } from './table.js';

describe('digits', () => {
  it('keeps three significant ones', () => {
    expect([0, 0.001234, 0.1, 1, 12.345, 123.45, 54321].map(digits)).toEqual([
      '0.00',
      '0.00123',
      '0.100',
      '1.00',
      '12.3',
      '123',
      '54321',
    ]);
    expect([0.9996, 9.999, 99.96].map(digits)).toEqual(['1.00', '10.0', '100']);
    expect(digits(NaN)).toBe('-');
  });
});

describe('duration', () => {
  it('chooses the unit', () => {
    expect([12.3456, 0.5, 0.00012].map(duration)).toEqual(['12.3 ms', '500 us', '120 ns']);
  });
});

describe('percent', () => {
  it('has a decimal below ten only', () => {
    expect([0.0123, 0.0999, 0.5].map(percent)).toEqual(['1.2 %', '10 %', '50 %']);
  });
});

describe('formatTable', () => {
  it('aligns names left and numbers right', () => {
    const text = formatTable({
      title: 'Title',
      header: ['', 'ms'],
      rows: [
        ['one', '1'],
        ['longer', '100'],
      ],
      notes: ['a note'],
    });
    expect(text).toBe(
      [
        'Title',
        '',
        '         ms',
        '------  ---',
        'one       1',
        'longer  100',
        '  a note',
        '',
      ].join('\n'),
    );
  });
});
