import { DltrainError } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { describeFailure } from './failure.js';

describe('describeFailure', () => {
  it('tells what several things failed of, line by line', () => {
    const [weights, log] = [new DltrainError('no weights'), new DltrainError('no log')];
    const inner = new AggregateError([weights, log], 'Error: no weights; and then Error: no log');
    const { told, message } = describeFailure(new AggregateError([inner], 'all of it'));
    expect(told).toBe('no weights\nno log');
    expect(message).toBe(told);
  });

  it('shows the stack of what nobody expected', () => {
    const error = new AggregateError([new DltrainError('known'), new TypeError('unknown')], 'both');
    const { told, message } = describeFailure(error);
    expect(told).toMatch(/^AggregateError: both\n +at /);
    expect(message).toBe('both');
    expect(describeFailure('text').told).toBe('text');
  });
});
