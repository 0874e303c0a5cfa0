import { describe, expect, it } from 'vitest';
import { workloadNamed, workloads } from './index.js';
import { stepFlops } from './workload.js';

describe('stepFlops', () => {
  it('counts products forward and backward, without the gradient of the data', () => {
    // 784-128: two products, 128-10: three.
    expect(stepFlops(workloadNamed('A'))).toBe(2 * 64 * (2 * 784 * 128 + 3 * 128 * 10));
  });

  it('counts convolutions, and attention in full', () => {
    const rounded = workloads.map((workload) => [
      workload.name,
      Number((stepFlops(workload) / 1e9).toPrecision(3)),
    ]);
    expect(Object.fromEntries(rounded)).toEqual({ A: 0.0262, B: 0.308, C: 1.6, D: 3.96 });
  });
});

describe('workloadNamed', () => {
  it('names those that there are when it is asked for another', () => {
    expect(() => workloadNamed('E')).toThrow("no workload 'E', only A, B, C, D");
  });
});
