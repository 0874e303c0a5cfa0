import type { TrainEvent } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { createJsonReporter } from './json-reporter.js';
import { createLineReporter } from './line-reporter.js';
import { summaryLines } from './lines.js';

const end = {
  event: 'end',
  reason: 'completed',
  steps: 4,
  epochs: 2,
  elapsedMs: 61_000,
  samplesPerSecond: 1234.5,
  weightsSha256: 'ab'.repeat(32),
  metrics: { test_loss: 0.25, test_accuracy: 0.975 },
} as const;

/** A run as it is recorded: four steps in two epochs. */
const events: readonly TrainEvent[] = [
  {
    event: 'start',
    name: 'net',
    seed: 7,
    workers: 4,
    leaves: 4,
    variant: 'exact-128',
    parameters: 1010,
    model: [
      { name: '0', kind: 'Linear', outputShape: [10], parameters: 1010 },
      { name: '1', kind: 'ReLU', outputShape: [10], parameters: 0 },
    ],
    samples: { train: 1000, val: 0, test: 200 },
    stepsPerEpoch: 2,
    maxSteps: 4,
  },
  ...[1, 2, 3, 4].map((step) => ({
    event: 'step' as const,
    step,
    epoch: Math.ceil(step / 2),
    loss: 1 / step,
    learningRate: 0.1,
    samples: 500,
    elapsedMs: 100 * step,
    gradNorm: null,
    metrics: { accuracy: 0.5 },
  })),
  {
    event: 'validation',
    split: 'test',
    step: 4,
    epoch: 2,
    samples: 200,
    elapsedMs: 500,
    metrics: { loss: 0.25, accuracy: 0.975 },
  },
  end,
];

describe('createLineReporter', () => {
  it('writes the banner, a line each so many steps, and evaluations', () => {
    const lines: string[] = [];
    const reporter = createLineReporter({
      write: (line) => lines.push(line),
      every: { batches: 2 },
      cores: 8,
      runDirectory: 'runs/net',
    });
    events.forEach((event) => reporter.event(event));
    reporter.note('a word');
    expect(lines).toEqual([
      'net',
      '  layer  kind    output  parameters',
      '  0      Linear  [10]         1,010',
      '  1      ReLU    [10]',
      '  total                       1,010',
      '',
      '  data     1,000 train, 200 test',
      '  steps    4, 2 an epoch',
      '  workers  4 on 8 cores, 4 leaves a step',
      '           4 idle: parallel.shards=8 would use them, and change the weights',
      '  kernels  exact-128',
      '  seed     7',
      '  run      runs/net',
      '',
      'epoch 1/2  step 2/4  loss 0.7500  accuracy 0.5000  5,000 samples/s  0:00 left',
      'epoch 2/2  step 4/4  loss 0.5208  accuracy 0.5000  5,000 samples/s  0:00 left',
      'epoch 2  step 4  test_loss 0.2500  test_accuracy 0.9750',
      'a word',
    ]);
  });
});

describe('createJsonReporter', () => {
  it('writes an object a line, with steps as often as asked', () => {
    const lines: string[] = [];
    const reporter = createJsonReporter({
      write: (line) => lines.push(line),
      every: { epochs: 2 },
    });
    events.forEach((event) => reporter.event(event));
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed.map(({ event, step }) => [event, step])).toEqual([
      ['start', undefined],
      ['step', 4],
      ['validation', 4],
      ['end', undefined],
    ]);
    expect(parsed[1]).toMatchObject({ learning_rate: 0.1, elapsed_ms: 400, grad_norm: null });
  });
});

describe('summaryLines', () => {
  const recent = { loss: 0.5, metrics: {}, samplesPerSecond: 0, millisecondsPerStep: 0 };

  it('says what came out, how fast, and where it is', () => {
    expect(summaryLines('net', end, recent, 'runs/net')).toEqual([
      'net: completed after 4 steps, 1:01',
      '  test_loss      0.2500',
      '  test_accuracy  0.9750',
      '  samples/s      1,235',
      `  weights        sha256 ${end.weightsSha256}`,
      '  run            runs/net',
    ]);
  });

  it('falls back on the loss of the last steps', () => {
    const [, line] = summaryLines('net', { ...end, metrics: {} }, recent, 'runs/net');
    expect(line).toBe('  train_loss  0.5000');
  });
});
