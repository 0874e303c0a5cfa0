import { describe, expect, it } from 'vitest';
import { rateOf } from './work.js';

describe('rateOf', () => {
  it('tells each kind of work in its unit', () => {
    expect(rateOf({ flops: 2e9 }, 20)).toEqual({ rate: 100, unit: 'GFLOP/s' });
    expect(rateOf({ bytes: 3e6 }, 0.5)).toEqual({ rate: 6, unit: 'GB/s' });
    expect(rateOf({ bytes: 8000, elements: 1000 }, 0.001)).toEqual({ rate: 1, unit: 'ns/element' });
    expect(rateOf({ calls: 100 }, 0.02)).toEqual({ rate: 200, unit: 'ns/call' });
  });
});
