import { describe, expect, it } from 'vitest';
import { stackLines } from './stack-lines.js';

const own = '    at forward (file:///home/me/model.js:7:3)';
const library = [
  '    at checkFinite (file:///x/packages/core/dist/autodiff/anomaly.js:60:11)',
  '    at call (file:///x/node_modules/@dltrain/nn/dist/module.js:6:1)',
];
const host = [
  '    at onWorkerExit (file:///x/node_modules/piscina/dist/index.js:200:5)',
  '    at new Promise (<anonymous>)',
  '    at MessagePort.emit (node:events:508:28)',
];

describe('stackLines', () => {
  it('leaves out what the message says already, and what runs the threads', () => {
    const stack = ['TypeError: one', 'two', ...library, own, ...host].join('\n');
    const message = 'rank 1 failed with TypeError: one\ntwo in forward of step 4';
    expect(stackLines(stack, message)).toEqual([...library, own]);
    expect(stackLines('TypeError: one', message)).toEqual([]);
  });

  it('shows nothing where nothing is of the user', () => {
    expect(stackLines(['Error: it ended', ...library, ...host].join('\n'), 'it ended')).toEqual([]);
    expect(stackLines(['Error: it ended', ...host].join('\n'), 'rank 1 ended')).toEqual([]);
  });

  it('shows of an anomaly the calls of the user alone', () => {
    const stack = ['AnomalyError: log: it is NaN', ...library, own, ...host].join('\n');
    expect(stackLines(stack, 'rank 0 failed with AnomalyError: log: it is NaN')).toEqual([own]);
  });
});
