import { describe, expect, it } from 'vitest';
import { ControlBlock, controlBlockBytes } from './control-block.js';
import { StepLog, stepLogBytes, type StepRecord } from './step-log.js';

function makeLog(): { log: StepLog; control: ControlBlock } {
  const bytes = controlBlockBytes(1);
  const buffer = new SharedArrayBuffer(bytes + stepLogBytes(1));
  const control = new ControlBlock(buffer, 0, 1);
  return { log: new StepLog(control, buffer, bytes, 1), control };
}

const record = (step: number): StepRecord => ({
  step,
  epoch: 1,
  loss: 1 / step,
  learningRate: 0.1,
  samples: 32,
  gradNorm: NaN,
  time: 1e12 + step,
  metrics: [step / 10],
});

describe('StepLog', () => {
  it('hands over each record once, whole and in order, across the end of the ring', () => {
    const { log } = makeLog();
    let next = 1;
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 1500; i++) log.write(record(next + i));
      const read = log.read();
      expect(read).toHaveLength(1500);
      expect(read[0]).toEqual(record(next));
      expect(read.at(-1)).toEqual(record(next + 1499));
      next += 1500;
    }
    expect(log.read()).toEqual([]);
  });

  it('makes the writer wait when it is full, and leave when the run ends', () => {
    const { log, control } = makeLog();
    for (let step = 1; step <= 4096; step++) log.write(record(step));
    control.abort();
    expect(() => {
      log.write(record(4097));
    }).toThrow('the run was ended');
    expect(log.read()).toHaveLength(4096);
  });
});
