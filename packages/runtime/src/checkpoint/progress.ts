import type { EarlyStoppingState } from '../early-stopping.js';

/** How far a run has come: all that a checkpoint holds of it besides weights and optimizer states. */
export interface Progress {
  /** Steps done. */
  readonly step: number;
  /** The epoch that the next step belongs to, counted from 1, and how many of its steps are done. */
  readonly epoch: number;
  readonly stepOfEpoch: number;
  readonly trainedSamples: number;
  /** What those samples took. */
  readonly trainingMs: number;
  /** Since the start of the run, without the time that it did not run. */
  readonly elapsedMs: number;
  /** Steps that were done at the last validation and at the last look at the layers; null before. */
  readonly validatedStep: number | null;
  readonly statisticsStep: number | null;
  readonly earlyStopping: EarlyStoppingState | null;
  readonly best: BestCheckpoint | null;
  /** Of the last validation, such as `val_loss`. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** The checkpoint with the best value of the monitored metric. */
export interface BestCheckpoint {
  readonly step: number;
  readonly value: number;
  /** The metric, and which of its values are better. */
  readonly monitor: string;
  readonly mode: string;
}
