import { availableParallelism } from 'node:os';
import { describeValue, formatShape, sameShape, ValueError } from '@dltrain/core';
import { split, type Dataset } from '@dltrain/data';
import { buildOptimizer, buildScheduler } from '@dltrain/nn';
import { checkCheckpointOptions } from './checkpoint/check-options.js';
import { OptionsError } from './errors.js';
import { checkFaults } from './faults.js';
import { leafCount } from './leaves.js';
import { metricName } from './objective.js';
import { oneOf } from './one-of.js';
import { checkOptionNames } from './options-keys.js';
import type { Duration, TrainOptions } from './options.js';
import type { Split } from './rank-context.js';

/** What follows from the options and the sizes of the data alone. */
export interface RunPlan {
  readonly seed: number;
  readonly workers: number;
  readonly leaves: number;
  /** Samples of a step. */
  readonly batchSize: number;
  /** Samples of an epoch, which are all unless the last short batch is dropped. */
  readonly epochSamples: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** Whether `maxSteps` ends the run before its epochs are done. */
  readonly isCutShort: boolean;
  /** Steps from one validation to the next. */
  readonly validateEvery: number;
  /** Steps from one look at the layers to the next; Infinity for none. */
  readonly statisticsEvery: number;
  /** Which samples of which dataset belong to each split. */
  readonly indices: SplitIndices;
}

export type SplitIndices = Readonly<Record<'train', Int32Array>> &
  Readonly<Partial<Record<Split, Int32Array>>>;

/**
 * Checks the options and plans the run; nothing is loaded, started or written.
 *
 * @throws OptionsError naming the option that cannot be trained with
 */
export function planRun(options: TrainOptions): RunPlan {
  checkOptionNames(options);
  const { trainer, parallel = {}, data, seed = 0 } = options;
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new OptionsError(
      ['seed'],
      `seed is ${describeValue(seed)}; it must be a whole number from 0 to 2^53-1`,
    );
  }
  const accumulate = wholeNumber(
    ['trainer', 'accumulateGradBatches'],
    trainer.accumulateGradBatches ?? 1,
  );
  const microBatch = wholeNumber(['trainer', 'batchSize'], trainer.batchSize);
  const leaves = leafCount(microBatch, parallel.shards ?? 'auto') * accumulate;
  const workers = workerCount(parallel.workers ?? 'auto', leaves);
  positive(['trainer', 'clipGradNorm'], trainer.clipGradNorm ?? Infinity);
  positive(['parallel', 'workerTimeout'], parallel.workerTimeout ?? Infinity);
  oneOf(['parallel', 'mode'], parallel.mode ?? 'exact', ['exact', 'fast']);
  checkSurvival(options);
  checkFaults(options.faults ?? [], workers);
  checkTimeline(options);

  checkMetricNames(options);
  checkEarlyStopping(options);
  checkCheckpointOptions(options, ['loss', ...(options.metrics ?? []).map(metricName)]);
  checkPortable(options);
  const indices = sampleIndices(data, seed);
  const batchSize = microBatch * accumulate;
  const epochSamples = usedSamples(indices.train.length, microBatch, data.dropLast ?? false);
  // The last group of batches may be short, as the last batch may be.
  const stepsPerEpoch = Math.ceil(epochSamples / batchSize);
  const { lr } = buildOptimizer(options.optimizer);
  buildScheduler(options.scheduler ?? 'constant', { lr, stepsPerEpoch });
  return {
    seed,
    workers,
    leaves,
    batchSize,
    epochSamples,
    stepsPerEpoch,
    ...stepCount(trainer, stepsPerEpoch),
    validateEvery: intervalOf(
      ['trainer', 'valEvery'],
      trainer.valEvery ?? { epochs: 1 },
      stepsPerEpoch,
    ),
    statisticsEvery: options.statisticsEvery
      ? intervalOf(['statisticsEvery'], options.statisticsEvery, stepsPerEpoch)
      : Infinity,
    indices,
  };
}

type Path = readonly (string | number)[];

/** As in a config; a run that is given a number of steps takes as many epochs as they need. */
const defaultEpochs = 10;

function wholeNumber(path: Path, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  const name = path.at(-1) ?? '';
  throw new OptionsError(
    path,
    `${name} must be a whole number of 1 or more, not ${describeValue(value)}`,
  );
}

function positive(path: Path, value: unknown): void {
  if (typeof value === 'number' && value > 0) return;
  throw new OptionsError(path, `${path.at(-1) ?? ''} must be above 0, not ${describeValue(value)}`);
}

/** More threads than any machine has cores; each takes memory, and time to start. */
export const mostWorkers = 512;

/** How many ranks a run has; those beyond its leaves have nothing to do, which changes no bit. */
export function workerCount(workers: number | 'auto', leaves: number): number {
  if (workers === 'auto') return Math.min(availableParallelism(), leaves);
  const path = ['parallel', 'workers'];
  if (wholeNumber(path, workers) <= mostWorkers) return workers;
  throw new OptionsError(
    path,
    `workers must be at most ${mostWorkers}, not ${workers}; one for each core is as fast as it gets`,
  );
}

function usedSamples(samples: number, batchSize: number, dropLast: boolean): number {
  if (!dropLast) return samples;
  if (samples < batchSize) {
    throw new OptionsError(
      ['trainer', 'batchSize'],
      `${samples} training samples make no full batch of ${batchSize}, and dropLast leaves out the ` +
        'short one; lower batchSize or keep the last batch',
    );
  }
  return samples - (samples % batchSize);
}

function stepCount(
  trainer: TrainOptions['trainer'],
  stepsPerEpoch: number,
): Pick<RunPlan, 'totalSteps' | 'isCutShort'> {
  const { maxEpochs, maxSteps } = trainer;
  const hasSteps = maxSteps !== undefined && maxSteps !== null;
  const epochsWhenLeftOut = hasSteps ? Infinity : defaultEpochs;
  const epochs =
    maxEpochs === undefined ? epochsWhenLeftOut : wholeNumber(['trainer', 'maxEpochs'], maxEpochs);
  const stepsOfEpochs = epochs * stepsPerEpoch;
  if (!hasSteps) return { totalSteps: stepsOfEpochs, isCutShort: false };
  // No steps at all: the run only evaluates.
  const steps = maxSteps === 0 ? 0 : wholeNumber(['trainer', 'maxSteps'], maxSteps);
  return { totalSteps: Math.min(steps, stepsOfEpochs), isCutShort: steps < stepsOfEpochs };
}

/** Steps from one time to the next. */
function intervalOf(path: Path, every: Duration, stepsPerEpoch: number): number {
  if ('epochs' in every) return wholeNumber([...path, 'epochs'], every.epochs) * stepsPerEpoch;
  if ('batches' in every) return wholeNumber([...path, 'batches'], every.batches);
  throw new OptionsError(
    path,
    `${path.at(-1) ?? ''} in seconds would make the result depend on the speed of the machine; give epochs or batches`,
  );
}

function checkMetricNames({ metrics = [] }: TrainOptions): void {
  const names = ['loss', ...metrics.map(metricName)];
  const second = names.findIndex((name, i) => names.indexOf(name) < i);
  if (second < 0) return;
  throw new OptionsError(
    ['metrics', second - 1],
    `two things would be reported as ${names[second] ?? ''}; give the metric's export another name`,
  );
}

function checkEarlyStopping({ earlyStopping, metrics = [], data }: TrainOptions): void {
  if (earlyStopping === undefined || earlyStopping === null) return;
  const { monitor, mode, patience, minDelta = 0 } = earlyStopping;
  if (data.val === undefined) {
    throw new OptionsError(
      ['earlyStopping'],
      `there is no validation to take ${monitor} from; give data.val, or leave earlyStopping out`,
    );
  }
  const known = ['loss', ...metrics.map(metricName)].map((name) => `val_${name}`);
  if (!known.includes(monitor)) {
    throw new OptionsError(
      ['earlyStopping', 'monitor'],
      `there is no metric ${monitor}; a validation gives ${known.join(', ')}`,
    );
  }
  oneOf(['earlyStopping', 'mode'], mode, ['min', 'max']);
  wholeNumber(['earlyStopping', 'patience'], patience);
  if (!(typeof minDelta === 'number' && minDelta >= 0)) {
    throw new OptionsError(
      ['earlyStopping', 'minDelta'],
      `minDelta must be 0 or more, not ${describeValue(minDelta)}`,
    );
  }
}

/** What a run does when something goes wrong. */
function checkSurvival({ trainer, parallel = {} }: TrainOptions): void {
  const { onNonfinite = 'abort' } = trainer;
  oneOf(['trainer', 'onNonfinite'], onNonfinite, ['abort', 'skip']);
  const { onWorkerFailure = 'recover', maxRestarts = 0 } = parallel;
  oneOf(['parallel', 'onWorkerFailure'], onWorkerFailure, ['recover', 'abort']);
  if (Number.isSafeInteger(maxRestarts) && maxRestarts >= 0) return;
  throw new OptionsError(
    ['parallel', 'maxRestarts'],
    `maxRestarts must be a whole number of 0 or more, not ${describeValue(maxRestarts)}`,
  );
}

function checkTimeline({ timeline }: TrainOptions): void {
  for (const name of ['afterStep', 'keepSteps'] as const) {
    const value = timeline?.[name] ?? 0;
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw new OptionsError(
      ['timeline', name],
      `${name} must be a whole number of 0 or more, not ${describeValue(value)}`,
    );
  }
}

/** What ranks are told has to survive the way to their threads. */
function checkPortable({ model, loss, metrics }: TrainOptions): void {
  for (const [path, value] of Object.entries({ model, loss, metrics })) {
    const parts = Array.isArray(value) ? value : [value];
    for (const part of parts as readonly unknown[]) checkClonable(path, part);
  }
}

function checkClonable(path: string, part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  // A URL becomes a string on the way.
  const { module: _, ...rest } = part as { readonly module?: unknown };
  try {
    structuredClone(rest);
  } catch (error) {
    throw new OptionsError(
      [path],
      `${path} cannot be sent to the workers (${error instanceof Error ? error.message : String(error)}); ` +
        'give arguments that can be cloned, and make the rest in your module',
    );
  }
}

function sampleIndices(data: TrainOptions['data'], seed: number): SplitIndices {
  const { train, val, test } = data;
  for (const [name, dataset] of Object.entries({ train, val, test })) {
    if (dataset !== undefined && !('split' in dataset)) checkDataset(name, dataset, train);
  }
  const tested = test === undefined ? {} : { test: all(test) };
  if (val === undefined) return { train: all(train), ...tested };
  if (!('split' in val)) return { train: all(train), val: all(val), ...tested };
  try {
    return { ...split(train, val.split, seed), ...tested };
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new OptionsError(['data', 'val', 'split'], error.message);
  }
}

function checkDataset(name: string, { length, inputs, targets }: Dataset, train: Dataset): void {
  const fail = (fault: string): never => {
    throw new OptionsError(['data', name], `the ${name} data ${fault}`);
  };
  if (length < 1) fail('has no samples');
  if (targets === null) fail('has no targets; training needs them');
  const { shape } = train.inputs;
  if (!sameShape(inputs.shape, shape)) {
    fail(
      `has inputs ${formatShape(inputs.shape)}, those of the training data are ${formatShape(shape)}`,
    );
  }
}

function all({ length }: Dataset): Int32Array {
  const indices = new Int32Array(length);
  for (let i = 0; i < length; i++) indices[i] = i;
  return indices;
}
