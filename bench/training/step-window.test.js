import { describe, expect, it } from 'vitest';
import { StepWindow } from './step-window.js';

describe('StepWindow', () => {
  it('leaves out the past, the warm-up and the step in which it opens', () => {
    const window = new StepWindow(100, { warmMs: 10, ms: 20 });
    const ends = [90, 105, 112, 120, 128, 136];
    expect(ends.map((time) => window.stepEnded(time))).toEqual([
      ...[null, null, null], // 112 opens it
      ...[null, null], // 16 ms so far
      8,
    ]);
  });

  it('holds three steps at least', () => {
    const window = new StepWindow(0, { warmMs: 0, ms: 1 });
    expect([5, 15, 25, 35].map((time) => window.stepEnded(time))).toEqual([null, null, null, 10]);
  });
});
