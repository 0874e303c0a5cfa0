import { describe, expect, it } from 'vitest';
import { stackLines } from './stack-lines.js';

const own = '    at forward (file:///home/me/model.js:7:3)';
const frames = [
  '    at checkFinite (file:///x/packages/core/dist/autodiff/anomaly.js:60:11)',
  '    at call (file:///x/node_modules/@dltrain/nn/dist/module.js:6:1)',
  own,
  '    at MessagePort.emit (node:events:508:28)',
];

describe('stackLines', () => {
  it('leaves out what the message says already', () => {
    const stack = ['TypeError: one', 'two', ...frames].join('\n');
    const message = 'rank 1 failed with TypeError: one\ntwo in forward of step 4';
    expect(stackLines(stack, message)).toEqual(frames);
    expect(stackLines('TypeError: one', message)).toEqual([]);
  });

  it('shows of an anomaly the calls of the user alone', () => {
    const stack = ['AnomalyError: log: it is NaN', ...frames].join('\n');
    expect(stackLines(stack, 'rank 0 failed with AnomalyError: log: it is NaN')).toEqual([own]);
  });
});
