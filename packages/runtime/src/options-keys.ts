import { describeValue, problemWithOptions, type OptionNames } from '@dltrain/core';
import { Module } from '@dltrain/nn';
import { OptionsError } from './errors.js';
import type {
  CheckpointOptions,
  Duration,
  LayersModel,
  ModuleReference,
  TrainOptions,
} from './options.js';
import type { Split } from './rank-context.js';
import type { TimelineOptions } from './timeline.js';

type Part<Name extends keyof TrainOptions> = NonNullable<TrainOptions[Name]>;
type NamesOfAny<T> = T extends T ? keyof T : never;

const topNames = {
  name: 'string',
  seed: true,
  data: true,
  model: true,
  loss: true,
  metrics: true,
  optimizer: true,
  scheduler: true,
  trainer: true,
  earlyStopping: true,
  parallel: true,
  initFrom: true,
  statisticsEvery: true,
  timeline: true,
  hashWeights: 'boolean',
  faults: true,
  checkpoint: true,
  resume: true,
  runDir: 'string',
  signal: true,
} satisfies OptionNames<TrainOptions>;

const dataNames = {
  train: true,
  val: true,
  test: true,
  transforms: true,
  shuffle: 'boolean',
  dropLast: 'boolean',
} satisfies OptionNames<Part<'data'>>;

const trainerNames = {
  batchSize: true,
  maxEpochs: true,
  maxSteps: true,
  accumulateGradBatches: true,
  clipGradNorm: true,
  valEvery: true,
  detectAnomaly: 'boolean',
  onNonfinite: true,
} satisfies OptionNames<Part<'trainer'>>;

const stoppingNames = {
  monitor: true,
  mode: true,
  patience: true,
  minDelta: true,
} satisfies OptionNames<Part<'earlyStopping'>>;

const parallelNames = {
  workers: true,
  shards: true,
  mode: true,
  workerTimeout: true,
  onWorkerFailure: true,
  maxRestarts: true,
} satisfies OptionNames<Part<'parallel'>>;

const checkpointNames = {
  every: true,
  keep: true,
  monitor: true,
  mode: true,
  onError: true,
} satisfies OptionNames<CheckpointOptions>;

const timelineNames = { afterStep: true, keepSteps: true } satisfies OptionNames<TimelineOptions>;
const layersNames = { input: true, layers: true } satisfies OptionNames<LayersModel>;
const moduleNames = {
  module: true,
  export: true,
  args: true,
} satisfies OptionNames<ModuleReference>;
const durationNames = {
  epochs: true,
  batches: true,
  seconds: true,
} satisfies Readonly<Record<NamesOfAny<Duration>, true>>;

const required = ['data', 'model', 'loss', 'optimizer', 'trainer'] as const;

type Path = readonly (string | number)[];

/**
 * Checks that the options are objects where they should be, hold what a run needs, and have no names that
 * nobody reads. Optimizers, schedules, losses and layers check their own arguments.
 *
 * @throws OptionsError naming the option, and the one that was meant
 */
export function checkOptionNames(options: TrainOptions): void {
  check([], options, topNames);
  for (const name of required) {
    const given: unknown = options[name];
    if (given === undefined || given === null) throw missing([name]);
  }
  const { data, model, loss, metrics = [], trainer, timeline } = options;
  checkSignal(options.signal);
  check(['data'], data, dataNames);
  checkDatasets(data);
  if (data.val !== undefined && 'split' in data.val) {
    check(['data', 'val'], data.val, { split: true });
  }
  checkModel(model);
  checkReference(['loss'], loss);
  metrics.forEach((metric, i) => {
    checkReference(['metrics', i], metric);
  });
  check(['trainer'], trainer, trainerNames);
  if (trainer.valEvery !== undefined)
    check(['trainer', 'valEvery'], trainer.valEvery, durationNames);
  if (options.earlyStopping) check(['earlyStopping'], options.earlyStopping, stoppingNames);
  if (options.parallel !== undefined) check(['parallel'], options.parallel, parallelNames);
  if (options.statisticsEvery) check(['statisticsEvery'], options.statisticsEvery, durationNames);
  if (timeline) check(['timeline'], timeline, timelineNames);
  if (options.checkpoint) {
    check(['checkpoint'], options.checkpoint, checkpointNames);
    check(['checkpoint', 'every'], options.checkpoint.every, durationNames);
  }
}

/** Callers in JavaScript have no types that hold them to this. */
function checkDatasets({ train, val, test }: Readonly<Partial<Record<Split, unknown>>>): void {
  if (train === undefined) throw missing(['data', 'train']);
  const datasets: Readonly<Record<Split, unknown>> = { train, val, test };
  for (const [name, value] of Object.entries(datasets)) {
    if (value === undefined || isObject(value)) continue;
    throw new OptionsError(
      ['data', name],
      `data.${name} must be a dataset, as datasetFromArrays gives it; it is ${describeValue(value)}`,
    );
  }
}

function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new OptionsError(
    ['signal'],
    `signal must be an AbortSignal, such as new AbortController().signal, not ${describeValue(signal)}`,
  );
}

function checkModel(model: unknown): void {
  if (!isObject(model) || model instanceof Module) {
    throw new OptionsError(
      ['model'],
      'model must be { input, layers }, or { module, export } of a file that every worker imports, not ' +
        (isObject(model) ? 'a Module, which belongs to this thread alone' : describeValue(model)),
    );
  }
  check(['model'], model, 'module' in model ? moduleNames : layersNames);
}

function checkReference(path: Path, value: unknown): void {
  if (isObject(value) && 'module' in value) check(path, value, moduleNames);
}

function check<T extends object>(path: Path, value: T, names: OptionNames<T>): void {
  const what = path.length === 0 ? 'train' : path.join('.');
  const problem = problemWithOptions(what, value, names);
  if (problem === undefined) return;
  const { option, message } = problem;
  throw new OptionsError(option === undefined ? path : [...path, option], message);
}

function missing(path: Path): OptionsError {
  const name = path.join('.');
  const examples: Readonly<Record<string, string>> = {
    data: '{ train: datasetFromArrays({ inputs, shape, targets }) }',
    'data.train': 'datasetFromArrays({ inputs, shape, targets })',
    model: "{ input: [4], layers: [{ type: 'linear', outFeatures: 3 }] }",
    loss: "'cross_entropy'",
    optimizer: "{ type: 'sgd', lr: 0.1 }",
    trainer: '{ batchSize: 32, maxEpochs: 10 }',
  };
  return new OptionsError(path, `there is no ${name}; give one, such as ${examples[name] ?? name}`);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
