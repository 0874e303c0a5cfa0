import { Worker } from 'node:worker_threads';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { Timeline, timedPhases } from './timeline.js';

/** A clock that moves by one millisecond each time it is read. */
function ticking(): () => number {
  let now = 0;
  return () => ++now;
}

/** One step with a leaf, a wait and a commit: 8 readings of the clock. */
function recordStep(timeline: Timeline, step: number): void {
  timeline.beginStep(step);
  timeline.enter('forward', 3, 2);
  timeline.enter('backward');
  timeline.enter('merging');
  timeline.enter('waiting');
  timeline.enter('commit');
  timeline.leave();
  timeline.endStep();
}

describe('Timeline', () => {
  it('records spans that follow each other inside of their step', () => {
    const timeline = new Timeline({ keepSteps: 1 }, ticking());
    recordStep(timeline, 1);
    expect(timeline.read(2, 64)).toEqual({
      rank: 2,
      steps: 1,
      begin: 1,
      end: 8,
      stepMs: 7,
      phaseMs: {
        packing: 0,
        forward: 1,
        backward: 1,
        merging: 1,
        waiting: 1,
        reduction: 0,
        update: 0,
        commit: 1,
      },
      spans: [
        { kind: 'forward', step: 1, leaf: 3, leaves: 2, begin: 2, end: 3 },
        { kind: 'backward', step: 1, leaf: 3, leaves: 2, begin: 3, end: 4 },
        { kind: 'merging', step: 1, leaf: null, leaves: 0, begin: 4, end: 5 },
        { kind: 'waiting', step: 1, leaf: null, leaves: 0, begin: 5, end: 6 },
        { kind: 'commit', step: 1, leaf: null, leaves: 0, begin: 6, end: 7 },
        { kind: 'step', step: 1, leaf: null, leaves: 0, begin: 1, end: 8 },
      ],
      arenaPeakBytes: 64,
    });
  });

  it('leaves out the first steps, and keeps the spans of the last', () => {
    const timeline = new Timeline({ afterStep: 2, keepSteps: 2 }, ticking());
    for (let step = 1; step <= 6; step++) recordStep(timeline, step);
    const { steps, stepMs, begin, end, spans } = timeline.read(0, 0);
    expect({ steps, stepMs, begin, end }).toEqual({ steps: 4, stepMs: 28, begin: 1, end: 32 });
    expect([...new Set(spans.map(({ step }) => step))]).toEqual([5, 6]);
    const totals = new Timeline({}, ticking());
    recordStep(totals, 1);
    expect(totals.read(0, 0)).toMatchObject({ steps: 1, spans: [] });
  });

  it('goes on with a span that is entered again, and begins none between steps', () => {
    const timeline = new Timeline({ keepSteps: 1 }, ticking());
    timeline.enter('packing');
    timeline.leave();
    timeline.beginStep(1);
    timeline.enter('reduction');
    timeline.enter('reduction');
    timeline.enter('forward', 0);
    timeline.enter('forward', 1);
    timeline.endStep();
    const { spans } = timeline.read(0, 0);
    expect(spans.map(({ kind, leaf }) => [kind, leaf])).toEqual([
      ['reduction', null],
      ['forward', 0],
      ['forward', 1],
      ['step', null],
    ]);
  });

  it('drops a step whose beginning no longer fits the ring', () => {
    const timeline = new Timeline({ keepSteps: 1000 }, ticking());
    for (let step = 1; step <= 3; step++) {
      timeline.beginStep(step);
      for (let leaf = 0; leaf < 30_000; leaf++) timeline.enter('forward', leaf);
      timeline.endStep();
    }
    const { spans, steps } = timeline.read(0, 0);
    expect(steps).toBe(3);
    expect(spans).toHaveLength(2 * 30_001);
    expect(spans[0]).toMatchObject({ step: 2, leaf: 0 });
  });

  it('reads one clock in every thread', async () => {
    const module = new URL('../dist/timeline.js', import.meta.url).href;
    const code = `
      const { parentPort } = require('node:worker_threads');
      import(${JSON.stringify(module)}).then(({ Timeline }) => {
        const timeline = new Timeline({});
        const before = process.hrtime.bigint();
        timeline.beginStep(1);
        timeline.endStep();
        const after = process.hrtime.bigint();
        parentPort.postMessage({ before, after, ...timeline.read(0, 0) });
      });`;
    const worker = new Worker(code, { eval: true });
    const found = await new Promise<{ before: bigint; after: bigint; begin: number; end: number }>(
      (resolve, reject) => worker.once('message', resolve).once('error', reject),
    );
    await worker.terminate();
    // Within the error of setting the clocks of both threads.
    const tolerance = 1;
    expect(found.begin).toBeGreaterThan(Number(found.before) / 1e6 - tolerance);
    expect(found.end).toBeLessThan(Number(found.after) / 1e6 + tolerance);
    const here = new Timeline({});
    here.beginStep(1);
    here.endStep();
    expect(here.read(0, 0).begin).toBeGreaterThan(found.end - tolerance);
    expect(here.read(0, 0).begin).toBeLessThan(Number(process.hrtime.bigint()) / 1e6 + tolerance);
  });

  it('names every phase once', () => {
    expect(new Set(timedPhases).size).toBe(timedPhases.length);
  });
});
