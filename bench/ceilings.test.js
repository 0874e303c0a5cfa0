import { describe, expect, it } from 'vitest';
import { Ceilings } from './ceilings.js';
import { summarize } from './statistics.js';

/**
 * @param {string} name
 * @param {number} threads
 * @param {import('./work.js').Work} work
 */
function ceiling(name, threads, work) {
  return { name, who: name, threads, work, contender: () => ({ name, measure: () => 1 }) };
}

const all = new Ceilings([
  ceiling('slow', 1, { flops: 1e6 }),
  ceiling('fast', 1, { flops: 1e6 }),
  ceiling('memory', 1, { bytes: 1e6 }),
  ceiling('both', 2, { flops: 1e6 }),
]);
const results = new Map(
  Object.entries({ slow: [4, 4, 4], fast: [1, 2, 3], memory: [0.1, 0.1, 0.1] }).map(
    ([name, rounds]) => [name, summarize(rounds)],
  ),
);

describe('Ceilings', () => {
  it('takes the fastest GEMM, round by round', () => {
    expect(all.floor(results, 5e5)?.rounds).toEqual([0.5, 1, 1.5]);
  });

  it('counts two threads twice where nobody has measured them', () => {
    expect(all.floor(results, 1e6, 2)?.rounds).toEqual([0.5, 1, 1.5]);
    const measured = new Map([...results, ['both', summarize([0.6, 0.6, 0.6])]]);
    expect(all.floor(measured, 1e6, 2)?.rounds).toEqual([0.6, 0.6, 0.6]);
  });

  it('has no floor without a GEMM', () => {
    expect(all.floor(new Map(), 1e6)).toBeNull();
  });

  it('tells the best of each kind, by unit', () => {
    expect(all.notes(results)).toEqual([
      'ceilings in the same rounds, GFLOP/s: slow 0.250, fast 0.500',
      'ceilings in the same rounds, GB/s: memory 10.0',
    ]);
  });

  it('offers as many threads as are asked for', () => {
    expect(all.contenders().map(({ name }) => name)).toEqual(['slow', 'fast', 'memory']);
    expect(all.contenders(2)).toHaveLength(4);
  });
});
