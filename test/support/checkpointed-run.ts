import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  train,
  type TrainEvent,
  type TrainHost,
  type TrainOptions,
  type TrainResult,
} from '@dltrain/runtime';
import { afterEach, beforeEach } from 'vitest';
import { dropoutNet, tinyData } from './tiny-data.js';

/** A folder for each test, removed after it. @returns the path of what has that name in it */
export function placesOfTests(): (name: string) => string {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dltrain-checkpoints-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  return (name) => path.join(folder, name);
}

/** 3 epochs of 12 steps, with all that keeps a state: dropout, momentum, clipping, a schedule. */
export function run(more: Partial<TrainOptions> = {}): TrainOptions {
  return {
    seed: 3,
    data: { train: tinyData(120), val: { split: 0.2 }, test: tinyData(20) },
    model: dropoutNet,
    loss: 'cross_entropy',
    metrics: ['accuracy'],
    optimizer: { type: 'sgd', lr: 0.1, momentum: 0.9, weightDecay: 1e-3 },
    scheduler: { type: 'cosine', warmup: { batches: 5 } },
    trainer: { batchSize: 8, maxEpochs: 3, clipGradNorm: 0.5, valEvery: { batches: 5 } },
    parallel: { workers: 1 },
    ...more,
  };
}

export interface Told {
  readonly result: TrainResult;
  readonly events: readonly TrainEvent[];
}

/** Trains, and stops as soon as an event says so. */
export async function told(
  options: TrainOptions,
  stopAt: (event: TrainEvent) => boolean = () => false,
  host?: TrainHost,
): Promise<Told> {
  const events: TrainEvent[] = [];
  const training = train(options, host);
  for await (const event of training) {
    events.push(event);
    if (stopAt(event)) training.stop();
  }
  return { result: await training.result, events };
}

export const afterStep = (step: number) => (event: TrainEvent) =>
  event.event === 'step' && event.step >= step;

export const ofKind = <K extends TrainEvent['event']>(events: readonly TrainEvent[], kind: K) =>
  events.filter((event): event is Extract<TrainEvent, { event: K }> => event.event === kind);

/** What the log of a run tells of training, without times and without stops on the way. */
export async function linesOf(runDir: string): Promise<unknown[]> {
  const text = await readFile(path.join(runDir, 'metrics.jsonl'), 'utf8');
  const kinds = ['start', 'step', 'validation', 'statistics', 'end'];
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ event }) => kinds.includes(String(event)))
    .map(({ elapsed_ms: _, samples_per_second: __, workers: ___, ...rest }) => rest);
}

export const every = (batches: number) => ({ every: { batches } });
export const numbersTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
