import { PassThrough } from 'node:stream';
import type { TrainEvent } from '@dltrain/runtime';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLiveReporter } from './live-reporter.js';

/** A stream that keeps what is written to it and has a width, as a terminal has. */
function terminal(columns: number, rows = 40) {
  const stream = Object.assign(new PassThrough(), { columns, rows, isTTY: true });
  return stream as unknown as NodeJS.WriteStream;
}

const start: TrainEvent = {
  event: 'start',
  name: 'net',
  seed: 7,
  workers: 1,
  leaves: 4,
  variant: 'exact-128',
  parameters: 10,
  model: [],
  samples: { train: 100, val: 10, test: 0 },
  stepsPerEpoch: 10,
  maxSteps: 20,
};

const step: TrainEvent = {
  event: 'step',
  step: 5,
  epoch: 1,
  loss: 0.5,
  learningRate: 0.1,
  samples: 10,
  elapsedMs: 50,
  gradNorm: null,
  metrics: {},
};

describe('createLiveReporter', () => {
  it('takes a terminal that does not know its size for one of 80 columns', () => {
    for (const rows of [0, 24]) {
      const stream = terminal(0, rows);
      const colors = { dim: String, yellow: String };
      const reporter = createLiveReporter({ stream, cores: 2, runDirectory: 'runs/net', colors });
      reporter.event(start);
      reporter.event(step);
      reporter.close();
      const text = stripVTControlCharacters(String(stream.read()));
      expect(text).toMatch(/epoch 1\/2  [━─]{6,}  step 5\/20  loss 0\.5000/);
    }
  });

  it('redraws one line, under lines that stay, and leaves the terminal as it was', () => {
    const stream = terminal(60);
    const colors = { dim: String, yellow: String };
    const reporter = createLiveReporter({ stream, cores: 2, runDirectory: 'runs/net', colors });
    reporter.event(start);
    for (let i = 0; i < 1000; i += 1) reporter.event(step);
    reporter.event({
      event: 'validation',
      split: 'val',
      step: 10,
      epoch: 1,
      samples: 10,
      elapsedMs: 90,
      metrics: { loss: 0.25 },
    });
    reporter.note('a word');
    reporter.close();
    reporter.close();
    const written = String(stream.read());
    const text = stripVTControlCharacters(written);
    expect(text).toContain('epoch 1/2');
    expect(text).toContain('epoch 1  step 10  val_loss 0.2500\n');
    expect(text).toContain('a word\n');
    // A thousand steps at once are one drawing, not a thousand.
    expect(text.split('loss 0.5000').length).toBeLessThan(10);
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(60);
    // The line itself is erased at the end.
    expect(written.lastIndexOf('\u001b[2K')).toBeGreaterThan(written.lastIndexOf('epoch 1/2'));
  });
});
