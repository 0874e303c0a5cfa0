import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { TrainEvent } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { createJsonReporter } from './json-reporter.js';
import { createLineReporter } from './line-reporter.js';
import { folded, summaryLines } from './lines.js';
import { createLiveReporter } from './live-reporter.js';

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

/** What a run survived, as it is recorded. */
const survived: readonly TrainEvent[] = [
  {
    event: 'resume',
    step: 1200,
    epoch: 2,
    checkpoint: '/elsewhere/net/checkpoints/step-001200',
    workers: 1,
    elapsedMs: 9000,
  },
  {
    event: 'checkpoint',
    step: 1400,
    epoch: 3,
    path: '/elsewhere/net/checkpoints/step-001400',
    bytes: 5_000_000,
    writeMs: 12.4,
    best: true,
    elapsedMs: 9500,
  },
  {
    event: 'recovery',
    step: 1401,
    rank: 1,
    reason: 'rank 1 exited in compute of step 1402\n    at somewhere',
    restarts: 2,
    recoveryMs: 1260,
    elapsedMs: 9600,
  },
  { event: 'nonfinite', step: 1402, parameter: '0.weight', leaf: 3, elapsedMs: 9700 },
  { event: 'nonfinite', step: 1403, parameter: '0.weight', leaf: null, elapsedMs: 9700 },
  { event: 'weights', step: 1403, sha256: 'ab', parameters: {} },
  { event: 'warning', step: 1403, message: 'the disk is full', elapsedMs: 9800 },
];

describe('what a run survived', () => {
  const said = [
    'resumed after step 1,200 with 1 worker from /elsewhere/net/checkpoints/step-001200',
    'dim(checkpoint of step 1,400, 4.8 MiB in 12 ms, the best so far)',
    'yellow(worker 1 was lost, replaced in 1.3 s (restart 2), going on after step 1,401: rank 1 exited in compute of step 1402)',
    'yellow(step 1,402 left the weights as they were: the gradient of 0.weight is not finite, first in leaf 3)',
    'yellow(step 1,403 left the weights as they were: the gradient of 0.weight is not finite)',
    'yellow(warning: the disk is full)',
  ];
  const colors = {
    dim: (text: string) => `dim(${text})`,
    yellow: (text: string) => `yellow(${text})`,
  };

  it('is a line each, on a terminal in its colours', () => {
    const shared = { cores: 8, runDirectory: 'runs/net' };
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const reporter = createLineReporter({ ...shared, write, every: { batches: 1 }, colors });
    const stream = new PassThrough();
    const terminal = Object.assign(stream, { columns: 80, rows: 40, isTTY: true });
    const live = createLiveReporter({
      ...shared,
      stream: terminal as unknown as NodeJS.WriteStream,
      colors,
    });
    for (const event of survived) [reporter, live].forEach((one) => one.event(event));
    expect(lines).toEqual(said);
    const text = stripVTControlCharacters(String(stream.read()));
    expect(text.split('\n').filter((line) => line !== '')).toEqual(said);
  });

  it('is an object each for programs', () => {
    const lines: string[] = [];
    const reporter = createJsonReporter({
      write: (line) => lines.push(line),
      every: { batches: 1 },
    });
    survived.forEach((event) => reporter.event(event));
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed.map(({ event, step }) => [event, step])).toEqual(
      survived.map((event) => [event.event, 'step' in event ? event.step : undefined]),
    );
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

describe('folded', () => {
  it('breaks a line between its parts where it would not fit', () => {
    const line = 'epoch 1  step 1,234  val_loss 0.2500  val_accuracy 0.9512';
    expect(folded(line, 80)).toBe(line);
    expect(folded(line, 40).split('\n')).toEqual([
      'epoch 1  step 1,234  val_loss 0.2500',
      '  val_accuracy 0.9512',
    ]);
  });
});

describe('summaryLines', () => {
  const recent = {
    loss: 0.5,
    metrics: {},
    samplesPerSecond: 0,
    millisecondsPerStep: 0,
    leftOut: 0,
  };

  it('says what came out, how fast, and where it is', () => {
    expect(summaryLines('net', end, recent, 'runs/net')).toEqual([
      'net: completed after 4 steps, 1:01',
      '  test_loss      0.2500',
      '  test_accuracy  0.9750',
      '  samples/s      1,235',
      '  run            runs/net',
      `weights sha256 ${end.weightsSha256}`,
    ]);
  });

  it('counts the steps that were left out', () => {
    const lines = summaryLines('net', end, { ...recent, leftOut: 1200 }, 'runs/net');
    expect(lines).toContain('  steps left out  1,200');
  });

  it('falls back on the loss of the last steps', () => {
    const [, line] = summaryLines('net', { ...end, metrics: {} }, recent, 'runs/net');
    expect(line).toBe('  train_loss  0.5000');
  });
});
