import { describe, expect, it } from 'vitest';
import { durationOf, parseDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    ['10ep', { epochs: 10 }],
    ['500ba', { batches: 500 }],
    ['60s', { seconds: 60 }],
    ['0.5s', { seconds: 0.5 }],
    ['250ms', { seconds: 0.25 }],
  ])('reads %s', (text, duration) => {
    expect(parseDuration(text)).toEqual(duration);
  });

  it.each(['', '10', 'ep', '1.5ep', '-1s', '0ba', '1 ep', '1e3ba', '10EP', `${'9'.repeat(400)}s`])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('throws where the schema should have refused', () => {
    expect(() => durationOf('soon')).toThrow(TypeError);
  });
});
