import type { StepEvent, ValidationEvent } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { RecentSteps } from './recent-steps.js';

function step(elapsedMs: number, samples: number, loss: number): StepEvent {
  return {
    event: 'step',
    step: 1,
    epoch: 1,
    loss,
    learningRate: 0.1,
    samples,
    elapsedMs,
    gradNorm: null,
    metrics: { accuracy: loss / 2 },
  };
}

function validation(elapsedMs: number): ValidationEvent {
  return {
    event: 'validation',
    split: 'val',
    step: 1,
    epoch: 1,
    samples: 9,
    elapsedMs,
    metrics: {},
  };
}

describe('RecentSteps', () => {
  it('weighs by samples, and times from the first step it keeps', () => {
    const recent = new RecentSteps();
    recent.addStep(step(1000, 30, 4));
    expect(recent.read()).toMatchObject({ loss: 4, samplesPerSecond: 0 });
    recent.addStep(step(1010, 10, 8));
    expect(recent.read()).toEqual({
      loss: 5,
      metrics: { accuracy: 2.5 },
      samplesPerSecond: 1000,
      millisecondsPerStep: 10,
    });
  });

  it('leaves the time of validation out', () => {
    const recent = new RecentSteps();
    recent.addStep(step(10, 10, 1));
    recent.addValidation(validation(510));
    recent.addStep(step(520, 10, 1));
    expect(recent.read().millisecondsPerStep).toBe(10);
  });

  it('forgets what is long ago', () => {
    const recent = new RecentSteps();
    for (let i = 0; i < 500; i += 1) recent.addStep(step(i, 1, i < 400 ? 100 : 1));
    expect(recent.read().loss).toBe(1);
  });
});
