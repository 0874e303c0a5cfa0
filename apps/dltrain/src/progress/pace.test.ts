import type { StepEvent } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { createPace } from './pace.js';

function step(number: number, elapsedMs = number * 10): StepEvent {
  return {
    event: 'step',
    step: number,
    epoch: 1,
    loss: 1,
    learningRate: 0.1,
    samples: 32,
    elapsedMs,
    gradNorm: null,
    metrics: {},
  };
}

function due(every: Parameters<typeof createPace>[0], stepsPerEpoch: number): number[] {
  const isDue = createPace(every, stepsPerEpoch);
  return Array.from({ length: 20 }, (_, i) => i + 1).filter((number) => isDue(step(number)));
}

describe('createPace', () => {
  it('counts batches, epochs and seconds', () => {
    expect(due({ batches: 5 }, 7)).toEqual([5, 10, 15, 20]);
    expect(due({ epochs: 2 }, 7)).toEqual([14]);
    expect(due({ seconds: 0.05 }, 7)).toEqual([1, 6, 11, 16]);
  });
});
