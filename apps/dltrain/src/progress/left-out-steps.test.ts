import { describe, expect, it } from 'vitest';
import { LeftOutSteps } from './left-out-steps.js';

describe('LeftOutSteps', () => {
  it('has the first told one by one, and the others counted', () => {
    const steps = new LeftOutSteps();
    expect(Array.from({ length: 7 }, () => steps.add())).toEqual([
      ...Array.from({ length: 5 }, () => true),
      ...[false, false],
    ]);
    expect(steps.take()).toBe('2 more steps left the weights as they were, 7 so far');
    expect(steps.take()).toBeNull();
    steps.add();
    expect(steps.take()).toBe('1 more step left the weights as they were, 8 so far');
  });
});
