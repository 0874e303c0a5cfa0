import { describe, expect, it } from 'vitest';
import { RankError } from './errors.js';

const message = (what: string, leaf: number | null = 2) =>
  new RankError({ rank: 1, phase: 'forward', step: 4, leaf }, what, null).message;

describe('RankError', () => {
  it('says where the rank was', () => {
    expect(message('stopped')).toBe('rank 1 stopped in forward of step 4, leaf 2');
    expect(message('stopped', null)).toBe('rank 1 stopped in forward of step 4');
  });

  it('says what to do about an anomaly among huge numbers, and of no other', () => {
    const anomaly = (most: number) =>
      message(`failed with AnomalyError: exp: element 3 is NaN, though it is within [0, ${most}]`);
    const advice = /leaf 2; .*lower the learning rate, or clip the gradient$/;
    expect(anomaly(2.5e30)).toMatch(advice);
    expect(anomaly(2e18)).toMatch(advice);
    expect(anomaly(100.5)).not.toMatch(advice);
    expect(message('failed with RangeError: 1e+30 is too much')).not.toMatch(advice);
  });
});
