import type {
  LayerSpec,
  LayerStatistics,
  LossSpec,
  MetricName,
  OptimizerSpec,
  SchedulerSpec,
} from '@dltrain/nn';
import type { Dataset, Transform } from '@dltrain/data';
import type { Fault } from './faults.js';
import type { RankTimeline, TimelineOptions } from './timeline.js';

/** A class or function in a file of the user's: it is imported anew in every rank. */
export interface ModuleReference {
  /** Absolute path or `file:` URL of a `.js`, `.mjs` or (where Node strips types) `.ts` file. */
  readonly module: string | URL;
  /** Name of the export; `default` when left out. */
  readonly export?: string;
  /** Arguments for the constructor or function; they must survive structured cloning. */
  readonly args?: readonly unknown[];
}

/** A stack of layers by type name; `input` is the shape of one sample, from which sizes are inferred. */
export interface LayersModel {
  readonly input: readonly number[];
  readonly layers: readonly LayerSpec[];
}

export type ModelSource = LayersModel | ModuleReference;

/** `{ epochs: 1 }`, `{ batches: 500 }` or `{ seconds: 60 }`. */
export type Duration =
  { readonly epochs: number } | { readonly batches: number } | { readonly seconds: number };

/** When checkpoints are written, and which are kept. */
export interface CheckpointOptions {
  /** `{ batches: 200 }`, `{ epochs: 1 }` or `{ seconds: 300 }`. */
  readonly every: Duration;
  /** How many of the newest are kept; 2 when left out. The best is kept besides. */
  readonly keep?: number;
  /**
   * The metric of the validation that says which is best, such as `val_loss`; null for none. A validation that
   * is the best so far makes a checkpoint due.
   */
  readonly monitor?: string | null;
  /** Whether less or more of it is better; `min` when left out. */
  readonly mode?: 'min' | 'max';
  /**
   * Whether a checkpoint that cannot be written ends the run (`stop`), or is only told (`continue`, the default).
   * In a run that has failed already it is told in either case.
   */
  readonly onError?: 'continue' | 'stop';
}

export interface TrainOptions {
  readonly name?: string;
  readonly seed?: number;
  readonly data: {
    readonly train: Dataset;
    /** A dataset of its own, or the share of the training set to hold out. */
    readonly val?: Dataset | { readonly split: number };
    readonly test?: Dataset;
    readonly transforms?: readonly Transform[];
    readonly shuffle?: boolean;
    readonly dropLast?: boolean;
  };
  readonly model: ModelSource;
  readonly loss: LossSpec | ModuleReference;
  readonly metrics?: readonly (MetricName | ModuleReference)[];
  readonly optimizer: OptimizerSpec;
  readonly scheduler?: SchedulerSpec;
  readonly trainer: {
    /** Samples a step, over all workers together. */
    readonly batchSize: number;
    /** 10 when left out, or as many as `maxSteps` needs where that is given. */
    readonly maxEpochs?: number;
    /** Ends the run earlier; no steps at all, 0, evaluates the weights of `initFrom`. */
    readonly maxSteps?: number | null;
    readonly accumulateGradBatches?: number;
    readonly clipGradNorm?: number | null;
    readonly valEvery?: Duration;
    /**
     * Search every result of every op for the first NaN or infinity and end the run there, naming op
     * and line; slow, and without influence on the weights.
     */
    readonly detectAnomaly?: boolean;
    /**
     * What a gradient that is not finite does: end the run (`abort`, the default), or leave the weights
     * as they are in that step and go on (`skip`). The same for any number of workers.
     */
    readonly onNonfinite?: 'abort' | 'skip';
  };
  readonly earlyStopping?: {
    readonly monitor: string;
    readonly mode: 'min' | 'max';
    readonly patience: number;
    readonly minDelta?: number;
  } | null;
  readonly parallel?: {
    /** At most 512; those beyond the leaves of a step have nothing to do in it. */
    readonly workers?: number | 'auto';
    readonly shards?: number | 'auto';
    readonly mode?: 'exact' | 'fast';
    /**
     * How long a rank may show no progress before it is given up, in milliseconds; modules of the user's that
     * are loaded for a run have as long, and 30 s at least.
     */
    readonly workerTimeout?: number;
    /**
     * What becomes of a run whose rank throws, traps, exits or hangs: the rank is replaced and the step
     * done again (`recover`, the default), or the run ends (`abort`). The weights are the same either way.
     */
    readonly onWorkerFailure?: 'recover' | 'abort';
    /** Ranks that are replaced before the run ends after all; 3 when left out. */
    readonly maxRestarts?: number;
  };
  /**
   * Checkpoints in the run directory. When left out there are none on the way; a run that is stopped before its
   * end, or fails after its first step, writes one in either case.
   */
  readonly checkpoint?: CheckpointOptions | null;
  /**
   * A checkpoint to go on from, or a run directory for its newest whole one. Everything that fixes the bits
   * must be as it was; the number of workers may differ.
   */
  readonly resume?: string | null;
  /** A safetensors file with the weights to start from. */
  readonly initFrom?: string | null;
  /**
   * How often activations and gradients are looked at layer by layer, before the first step and then
   * every so many epochs or batches; never when left out. It leaves the weights as they are.
   */
  readonly statisticsEvery?: Duration | null;
  /**
   * Has every rank read the clock between the phases of its steps; the result says where the time
   * went. Nothing is read when left out, and the weights are the same either way.
   */
  readonly timeline?: TimelineOptions | null;
  /** Takes the SHA-256 of every parameter after every step, as `weights` events; slow. */
  readonly hashWeights?: boolean;
  /** Faults to provoke on the way, to see that the run survives them. */
  readonly faults?: readonly Fault[];
  /** Where the event log, the metrics and the weights go; nothing is written when left out. */
  readonly runDir?: string;
  /**
   * Ends the run after the step in flight, or within an evaluation, which is then left out; the
   * weights are saved and the result says `stopped`.
   */
  readonly signal?: AbortSignal;
}

/** What `train` yields while it runs. Losses are means over samples; times are milliseconds since the start. */
export type TrainEvent =
  | StartEvent
  | ResumeEvent
  | StepEvent
  | ValidationEvent
  | StatisticsEvent
  | CheckpointEvent
  | RecoveryEvent
  | NonFiniteEvent
  | WeightsEvent
  | WarningEvent
  | EndEvent;

export interface StartEvent {
  readonly event: 'start';
  readonly name: string;
  readonly seed: number;
  readonly workers: number;
  readonly leaves: number;
  /** The kernel variant that was chosen and checked, such as `exact-256`. */
  readonly variant: string;
  readonly parameters: number;
  /** One line a layer or module: name, kind, output shape (when known), parameters. */
  readonly model: readonly ModelLine[];
  readonly samples: { readonly train: number; readonly val: number; readonly test: number };
  readonly stepsPerEpoch: number;
  readonly maxSteps: number;
}

export interface ModelLine {
  readonly name: string;
  readonly kind: string;
  readonly outputShape: readonly number[] | null;
  readonly parameters: number;
}

export interface StepEvent {
  readonly event: 'step';
  /** Counts from 1. */
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly samples: number;
  readonly elapsedMs: number;
  readonly gradNorm: number | null;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface ValidationEvent {
  readonly event: 'validation';
  readonly split: 'val' | 'test';
  readonly step: number;
  readonly epoch: number;
  readonly samples: number;
  readonly elapsedMs: number;
  /** `loss`, `accuracy`, ... without the split's prefix. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What activations and gradients look like under the weights after a step. */
export interface StatisticsEvent {
  readonly event: 'statistics';
  /** Steps done; 0 before the first. */
  readonly step: number;
  readonly epoch: number;
  /** The first samples of the last batch, or of the one to come where there was none. */
  readonly samples: number;
  readonly elapsedMs: number;
  readonly layers: readonly LayerStatistics[];
}

/** The run goes on from a checkpoint; it comes after `start`. */
export interface ResumeEvent {
  readonly event: 'resume';
  /** Steps that the checkpoint has behind it. */
  readonly step: number;
  readonly epoch: number;
  /** Path of the checkpoint. */
  readonly checkpoint: string;
  readonly workers: number;
  readonly elapsedMs: number;
}

/** A checkpoint is on the disk, whole. */
export interface CheckpointEvent {
  readonly event: 'checkpoint';
  /** Steps that it has behind it. */
  readonly step: number;
  readonly epoch: number;
  readonly path: string;
  readonly bytes: number;
  /** From the copy of the memory to the flushed files, while training went on. */
  readonly writeMs: number;
  /** Whether it is the best so far by the monitored metric. */
  readonly best: boolean;
  readonly elapsedMs: number;
}

/** A rank was lost and replaced; the step in flight begins anew. */
export interface RecoveryEvent {
  readonly event: 'recovery';
  /** Steps committed, none of which is lost. */
  readonly step: number;
  readonly rank: number;
  /** What happened to it, and where. */
  readonly reason: string;
  /** Ranks replaced so far. */
  readonly restarts: number;
  /** From the detection to going on. */
  readonly recoveryMs: number;
  readonly elapsedMs: number;
}

/** A step whose gradient was not finite, and which left the weights as they were. */
export interface NonFiniteEvent {
  readonly event: 'nonfinite';
  readonly step: number;
  readonly parameter: string;
  /** The first leaf with such a gradient; null where only their sum overflowed. */
  readonly leaf: number | null;
  readonly elapsedMs: number;
}

/** What the parameters are after a step, for runs that are compared. */
export interface WeightsEvent {
  readonly event: 'weights';
  readonly step: number;
  /** As of `model.safetensors`, had the run ended there. */
  readonly sha256: string;
  /** SHA-256 of each parameter's bytes, by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Something went wrong that the run survived, such as a checkpoint that found the disk full. */
export interface WarningEvent {
  readonly event: 'warning';
  readonly step: number;
  readonly message: string;
  readonly elapsedMs: number;
}

export interface EndEvent {
  readonly event: 'end';
  /** `completed` when all epochs were done, `max_steps` when that came first. */
  readonly reason: 'completed' | 'max_steps' | 'early_stopping' | 'stopped' | 'failed';
  readonly steps: number;
  readonly epochs: number;
  readonly elapsedMs: number;
  /** Training samples a second, evaluation and start-up left out. */
  readonly samplesPerSecond: number;
  readonly weightsSha256: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** What ended a run that failed; the log in the run directory has the reason alone. */
  readonly error?: { readonly name: string; readonly message: string };
}

export interface TrainResult extends Omit<EndEvent, 'event' | 'error'> {
  /**
   * The weights by parameter name, copied out of the shared memory; none, and no step, where the run was stopped
   * while a module of the user's was building the model.
   */
  readonly weights: ReadonlyMap<string, WeightArray>;
  readonly runDir: string | null;
  /** Where the time of each rank went; empty unless `timeline` was asked for. */
  readonly timelines: readonly RankTimeline[];
  /** Bytes of the memory that the ranks share: parameters, states, data, packed weights. */
  readonly sharedBytes: number;
}

export interface WeightArray {
  readonly dtype: 'f32' | 'f64';
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/**
 * A run under way: iterate it for its events, await `result` for its end. Whoever iterates gets what
 * comes from then on, and the iteration ends with the run: when that fails, by throwing what `result`
 * rejects with. One of the two is to be looked at: a failure that nobody iterates up to or awaits is an
 * unhandled rejection.
 *
 * @example
 * try {
 *   for await (const event of run) console.log(event);
 * } catch (error) {
 *   console.error('training failed:', error);
 * }
 */
export interface TrainingRun extends AsyncIterable<TrainEvent> {
  readonly result: Promise<TrainResult>;
  /** Ends the run after the step in flight, or while it is prepared, as `signal` does. */
  stop(): void;
}
