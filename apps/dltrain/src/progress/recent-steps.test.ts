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
    recent.add(step(1000, 30, 4));
    expect(recent.read()).toMatchObject({ loss: 4, samplesPerSecond: 0 });
    recent.add(step(1010, 10, 8));
    expect(recent.read()).toEqual({
      leftOut: 0,
      loss: 5,
      metrics: { accuracy: 2.5 },
      samplesPerSecond: 1000,
      millisecondsPerStep: 10,
    });
  });

  it('leaves the time of validation out', () => {
    const recent = new RecentSteps();
    recent.add(step(10, 10, 1));
    recent.add(validation(510));
    recent.add(step(520, 10, 1));
    expect(recent.read().millisecondsPerStep).toBe(10);
  });

  it('leaves the time of a recovery out', () => {
    const recent = new RecentSteps();
    recent.add(step(10, 10, 1));
    const lost = { rank: 1, reason: 'gone', restarts: 1, recoveryMs: 490 };
    recent.add({ event: 'recovery', step: 1, elapsedMs: 500, ...lost });
    recent.add(step(510, 10, 1));
    expect(recent.read().millisecondsPerStep).toBe(10);
  });

  it('begins anew where a run is resumed, whatever its clock says', () => {
    const recent = new RecentSteps();
    const from = { step: 100, epoch: 2, checkpoint: 'runs/net/checkpoints/step-100', workers: 2 };
    recent.add({ event: 'resume', elapsedMs: 90_000, ...from });
    recent.add(validation(90_500));
    recent.add(step(90_520, 10, 1));
    expect(recent.read().samplesPerSecond).toBe(0);
    recent.add(step(90_530, 10, 1));
    expect(recent.read()).toMatchObject({ samplesPerSecond: 1000, millisecondsPerStep: 10 });
  });

  it('forgets what is long ago', () => {
    const recent = new RecentSteps();
    for (let i = 0; i < 500; i += 1) recent.add(step(i, 1, i < 400 ? 100 : 1));
    expect(recent.read().loss).toBe(1);
  });
});
