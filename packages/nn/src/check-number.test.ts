import { ValueError } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { checkNumber } from './check-number.js';
import * as nn from './index.js';

/** What JavaScript lets through, TypeScript does not. */
const js = nn as unknown as Record<string, new (given: unknown) => unknown>;

describe('a number is taken itself', () => {
  it.each<[string, object]>([
    ['Dropout', { p: 0.5 }],
    ['Dropout2d', { p: 0.5 }],
    ['ELU', { alpha: 0.5 }],
    ['CELU', { alpha: 0.5 }],
    ['LeakyReLU', { negativeSlope: 0.5 }],
    ['Softplus', { beta: 0.5 }],
    ['Hardtanh', { min: 0.5 }],
    ['Softmax', { axis: 0.5 }],
    ['LogSoftmax', { axis: 0.5 }],
  ])('by %s', (name, options) => {
    const type = js[name];
    if (type === undefined) throw new Error(`there is no ${name}`);
    const [option = ''] = Object.keys(options);
    const make = () => new type(options);
    expect(make).toThrow(ValueError);
    expect(make).toThrow(new RegExp(`^${name}: .* is { ${option}: 0.5 }; .*pass 0.5 itself`));
  });

  it('and nothing else is', () => {
    expect(checkNumber('Dropout', 'p', 0.5)).toBe(0.5);
    const words = 'Dropout' as unknown as number;
    expect(() => checkNumber('Dropout', 'p', words)).toThrow(
      /^Dropout: p is 'Dropout'; it must be a number$/,
    );
  });
});
