import {
  train,
  type Fault,
  type StepEvent,
  type TrainEvent,
  type TrainOptions,
} from '@dltrain/runtime';
import { tinyData, tinyRun } from './tiny-data.js';

/** What a run came to that was to survive faults. */
export interface Survived {
  readonly weightsSha256: string;
  readonly steps: number;
  /** Of each rank that was replaced, from the detection to going on. */
  readonly recoveryMs: readonly number[];
  readonly reasons: readonly string[];
  /** What each step said, its time left out. */
  readonly stepEvents: readonly Omit<StepEvent, 'elapsedMs'>[];
  /** Names of all other events but `recovery`, in their order. */
  readonly others: readonly string[];
  readonly events: readonly TrainEvent[];
}

/** Six steps of eight leaves, of which no two are computed together, with a norm and validations. */
export function survivalRun(workers: number, more: Partial<TrainOptions> = {}): TrainOptions {
  return tinyRun({
    data: { train: tinyData(48), val: tinyData(300) },
    model: {
      input: [3],
      layers: [
        { type: 'linear', outFeatures: 8 },
        'tanh',
        { type: 'dropout', p: 0.2 },
        { type: 'linear', outFeatures: 2 },
      ],
    },
    metrics: ['accuracy'],
    trainer: { batchSize: 16, maxEpochs: 2, clipGradNorm: 1, valEvery: { batches: 2 } },
    parallel: { workers, shards: 8, workerTimeout: 500 },
    ...more,
  });
}

/** Trains with faults and sees what comes of it. */
export async function survive(options: TrainOptions): Promise<Survived> {
  const run = train(options);
  const events: TrainEvent[] = [];
  for await (const event of run) events.push(event);
  const { weightsSha256, steps } = await run.result;
  const recoveries = events.filter((event) => event.event === 'recovery');
  const stepEvents = events.filter((event) => event.event === 'step');
  return {
    weightsSha256,
    steps,
    recoveryMs: recoveries.map(({ recoveryMs }) => recoveryMs),
    reasons: recoveries.map(({ reason }) => reason),
    stepEvents: stepEvents.map(({ elapsedMs: _, ...rest }) => rest),
    others: events
      .map(({ event }) => event)
      .filter((name) => name !== 'step' && name !== 'recovery'),
    events,
  };
}

/** The same of one fault, whatever it is; a matrix of them is driven by calling it. */
export function surviveFault(fault: Fault, workers: number): Promise<Survived> {
  return survive(survivalRun(workers, { faults: [fault] }));
}
