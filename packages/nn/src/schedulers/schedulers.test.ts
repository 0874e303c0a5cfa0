import { describe, expect, it } from 'vitest';
import { goldens } from '../../test-support.js';
import { cosineSchedule } from './cosine.js';
import { buildScheduler, type SchedulerSpec } from './scheduler-types.js';
import { stepSchedule } from './step.js';

const context = { lr: 0.5, stepsPerEpoch: 10 };

describe.each(goldens.schedules)('$spec', ({ spec, rates }) => {
  it('has the learning rates of PyTorch', () => {
    const schedule = buildScheduler(spec, context);
    rates.forEach((rate, step) => {
      expect(0.5 * schedule(step, rates.length)).toBeCloseTo(rate, 14);
    });
  });
});

describe('durations', () => {
  it('may be epochs', () => {
    const schedule = buildScheduler({ type: 'step', stepSize: { epochs: 2 }, gamma: 0.5 }, context);
    expect([0, 19, 20, 40].map((step) => schedule(step, 50))).toEqual([1, 1, 0.5, 0.25]);
    const warm = buildScheduler({ type: 'constant', warmup: { epochs: 1 } }, context);
    expect([0, 4, 9, 10].map((step) => warm(step, 50))).toEqual([0.1, 0.5, 1, 1]);
  });
});

describe('edges', () => {
  it('a warm-up longer than the run only rises', () => {
    const schedule = buildScheduler({ type: 'cosine', warmup: { batches: 100 } }, context);
    expect(schedule(0, 10)).toBe(0.01);
    expect(schedule(9, 10)).toBe(0.1);
  });

  it('a cosine stays at its end', () => {
    const schedule = cosineSchedule({ minFactor: 0.25 });
    expect(schedule(10, 10)).toBe(0.25);
    expect(schedule(5, 10)).toBeCloseTo(0.625, 15);
    expect(schedule(0, 1)).toBe(1);
  });

  it('a name alone stands for the defaults', () => {
    expect(buildScheduler('constant', context)(3, 10)).toBe(1);
    expect(buildScheduler('cosine', { ...context, lr: 0 })(0, 10)).toBe(1);
  });
});

describe('what cannot be', () => {
  it.each([
    ['cosin', ['scheduler', 'type'], /Did you mean 'cosine'/],
    [{ type: 'step' }, ['scheduler'], /needs 'stepSize'/],
    [{ type: 'step', stepSize: 3 }, ['scheduler', 'stepSize'], /epochs or batches/],
    [{ type: 'step', stepSize: { seconds: 3 } }, ['scheduler', 'stepSize'], /epochs or batches/],
    [{ type: 'cosine', minLr: 1 }, ['scheduler', 'minLr'], /fall from the learning rate of 0.5/],
    [{ type: 'constant', warmup: { epochs: 0 } }, ['scheduler', 'warmup'], /one or more/],
  ])('%j', (spec, path, message) => {
    const build = () => buildScheduler(spec as SchedulerSpec, context);
    expect(build).toThrow(message);
    expect(build).toThrow(expect.objectContaining({ path }) as Error);
  });

  it('a step of less than one', () => {
    expect(() => stepSchedule({ stepSize: 0 })).toThrow(/stepSize/);
  });
});
