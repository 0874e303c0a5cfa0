import { describe, expect, it } from 'vitest';
import { ControlBlock, controlBlockBytes } from './control-block.js';
import { StepLog, stepLogBytes, type StepRecord } from './step-log.js';

/** The log of a run that begins with so many steps behind it. */
function makeLog(steps = 0) {
  const bytes = controlBlockBytes(1);
  const buffer = new SharedArrayBuffer(bytes + stepLogBytes(1));
  const control = new ControlBlock(buffer, 0, 1);
  control.clear();
  control.beginAt(steps);
  const log = new StepLog(control, buffer, bytes, 1);
  const commit = (written: StepRecord): void => {
    log.write(written);
    control.add('steps', 1);
  };
  return { log, control, commit };
}

const record = (step: number): StepRecord => ({
  step,
  epoch: 1,
  loss: 1 / step,
  learningRate: 0.1,
  samples: 32,
  gradNorm: NaN,
  time: 1e12 + step,
  nonFinite: -1,
  leaf: -1,
  metrics: [step / 10],
});

describe('StepLog', () => {
  it('hands over each record once, whole and in order, across the end of the ring', () => {
    const { log, commit } = makeLog();
    let next = 1;
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 1500; i++) commit(record(next + i));
      const read = log.read();
      expect(read).toHaveLength(1500);
      expect(read[0]).toEqual(record(next));
      expect(read.at(-1)).toEqual(record(next + 1499));
      next += 1500;
    }
    expect(log.read()).toEqual([]);
  });

  it('makes the writer wait when it is full, and leave when the run ends', () => {
    const { log, control, commit } = makeLog();
    for (let step = 1; step <= 4096; step++) commit(record(step));
    control.abort();
    let beats = 0;
    expect(() => {
      log.write(record(4097), () => (beats += 1));
    }).toThrow('the step was ended');
    expect(beats).toBe(0);
    expect(log.read()).toHaveLength(4096);
    log.write(record(4097));
  });

  it('tells of no step before its commit, and of one that is done again only once', () => {
    const { log, commit } = makeLog();
    commit(record(1));
    log.write({ ...record(2), loss: 17 });
    expect(log.read()).toEqual([record(1)]);
    // The rank that wrote it was lost; another does the step again.
    commit(record(2));
    commit(record(3));
    expect(log.read()).toEqual([record(2), record(3)]);
  });

  it('begins where a run goes on', () => {
    const { log, commit } = makeLog(5000);
    expect(log.read()).toEqual([]);
    commit(record(5001));
    expect(log.read()).toEqual([record(5001)]);
  });
});
