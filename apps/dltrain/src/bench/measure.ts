import { train as startTraining } from '@dltrain/runtime';
import type { RankTimeline, TrainOptions } from '@dltrain/runtime';
import { withoutUndefined } from '../config/names.js';

/** One thing to measure. */
export interface Setting {
  readonly workers: number;
  /** Settings of one group are compared with each other: a batch as the command line names it. */
  readonly group: number;
  /** Samples of a batch, over all workers together. */
  readonly batchSize: number;
}

/** One run of a setting: as many steps again as are measured go before them. */
export interface Round {
  readonly samplesPerSecond: number;
  /** Their SHA-256. */
  readonly weights: string;
  readonly timelines: readonly RankTimeline[];
  readonly sharedBytes: number;
}

/** How often and how long each setting runs. */
export interface Schedule {
  readonly rounds: number;
  readonly steps: number;
  /** The last steps of a run of which every span is kept. */
  readonly keepSteps: number;
}

/** A setting with the rounds of it that were run to their end. */
export interface Measurement {
  readonly setting: Setting;
  readonly rounds: readonly Round[];
}

/** What was measured, and the error of the run that ended it early. */
interface Measured {
  readonly measured: readonly Measurement[];
  readonly failure: Error | null;
}

/**
 * The settings to measure, in groups by batch.
 *
 * @param weak whether a batch is that of one worker, so that it grows with them
 */
export function settingsOf(
  batches: readonly number[],
  workers: readonly number[],
  weak: boolean,
): Setting[] {
  return batches.flatMap((group) =>
    workers.map((count) => ({
      workers: count,
      group,
      batchSize: weak ? group * count : group,
    })),
  );
}

/**
 * Runs every setting once a round, one after another, so that a machine that is busy for a while
 * slows all alike. Once `signal` is aborted, the run in flight is left out and the rest as well; so
 * they are once a run fails.
 */
export async function measure(
  options: TrainOptions,
  settings: readonly Setting[],
  schedule: Schedule,
  observe: { readonly signal: AbortSignal; readonly onRun: (round: number, of: Setting) => void },
): Promise<Measured> {
  const measured = settings.map((setting) => ({ setting, rounds: [] as Round[] }));
  try {
    for (let round = 1; round <= schedule.rounds; round += 1) {
      for (const { setting, rounds } of measured) {
        if (observe.signal.aborted) return { measured, failure: null };
        observe.onRun(round, setting);
        const done = await runOnce(options, setting, schedule, observe.signal);
        if (done !== null) rounds.push(done);
      }
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { measured, failure: error };
  }
  return { measured, failure: null };
}

async function runOnce(
  options: TrainOptions,
  { workers, batchSize }: Setting,
  { steps, keepSteps }: Schedule,
  signal: AbortSignal,
): Promise<Round | null> {
  const { train, transforms, shuffle, dropLast } = options.data;
  const run = startTraining({
    ...options,
    data: withoutUndefined({ train, transforms, shuffle, dropLast }),
    // Epochs begin anew until the steps are done.
    trainer: {
      ...options.trainer,
      batchSize,
      maxEpochs: Number.MAX_SAFE_INTEGER,
      maxSteps: 2 * steps,
    },
    parallel: { ...options.parallel, workers },
    statisticsEvery: null,
    checkpoint: null,
    timeline: { afterStep: steps, keepSteps },
    signal,
  });
  let samples = 0;
  for await (const event of run) {
    if (event.event === 'step' && event.step > steps) samples += event.samples;
  }
  const { reason, weightsSha256, timelines, sharedBytes } = await run.result;
  if (reason === 'stopped') return null;
  const begin = Math.min(...timelines.map((timeline) => timeline.begin));
  const end = Math.max(...timelines.map((timeline) => timeline.end));
  const samplesPerSecond = (1000 * samples) / (end - begin);
  return { samplesPerSecond, weights: weightsSha256, timelines, sharedBytes };
}
