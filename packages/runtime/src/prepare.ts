import { availableParallelism } from 'node:os';
import { engine, withSeed, type FloatDType } from '@dltrain/core';
import { batchPlan, fitTransforms, split, type Dataset } from '@dltrain/data';
import { compileKernels, instantiateKernels } from '@dltrain/kernels';
import {
  buildOptimizer,
  initialize,
  loadSafetensors,
  type Module,
  type Parameter,
} from '@dltrain/nn';
import { ControlBlock } from './control-block.js';
import { OptionsError } from './errors.js';
import { evaluationLeaf, leafCount } from './leaves.js';
import { buildModel, portableModel, portableReference } from './model-source.js';
import type { ModuleReference, TrainOptions } from './options.js';
import { layOutParameters, type ParameterLayout } from './parameter-layout.js';
import { subtreesByRank, type RankOrders, type SharedSplit, type Split } from './rank-context.js';
import type { Regions } from './regions.js';
import { layOutRun } from './run-layout.js';
import { shareDataset } from './shared-dataset.js';

/** The most that a rank's arena takes of the address space. */
const largestArena = 2 ** 30;
/** The share of what is free that the arenas of a run take; the rest is for tensors of the caller. */
const arenaShare = 0.75;

/** A run that is ready to start. */
export interface PreparedRun {
  readonly orders: RankOrders;
  readonly control: ControlBlock;
  readonly model: Module;
  readonly parameters: ParameterLayout;
  readonly dtypeOf: (name: string) => FloatDType;
  /** Indices of the samples to train on, in the order of the dataset. */
  readonly trainIndices: Int32Array;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/**
 * Checks the options, builds and initialises the model, and lays everything out in shared memory.
 * Nothing has been started when it throws.
 */
export async function prepareRun(options: TrainOptions, regions: Regions): Promise<PreparedRun> {
  const { trainer, parallel = {}, data } = options;
  const seed = options.seed ?? 0;
  const accumulate = positive(
    ['trainer', 'accumulateGradBatches'],
    trainer.accumulateGradBatches ?? 1,
  );
  const microBatch = positive(['trainer', 'batchSize'], trainer.batchSize);
  const batchSize = microBatch * accumulate;
  const leaves = leafCount(microBatch, parallel.shards ?? 'auto') * accumulate;
  const workers = workerCount(parallel.workers ?? 'auto', leaves);

  const indices = sampleIndices(data, seed);
  const trainSamples = indices.train.length;
  const { steps: stepsPerEpoch } = batchPlan(trainSamples, batchSize, data.dropLast ?? false);
  const totalSteps = stepCount(trainer, stepsPerEpoch);

  const model = await withSeed(seed, () => buildModel(options.model));
  initialize(model, seed);
  const named = [...model.namedParameters()];
  if (options.initFrom) model.loadStateDict(await loadSafetensors(options.initFrom));
  const descriptions = named.map(([name, { shape, dtype }]) => ({
    name,
    shape,
    dtype: floatOf(name, dtype),
  }));
  const parameters = layOutParameters(descriptions);

  const compiled = compileKernels({ mode: parallel.mode ?? 'exact' });
  const kernels = instantiateKernels(compiled, engine().kernels.memory);
  kernels.exports.setTile?.(compiled.tile); // it decides how wide packed panels are
  const splits = shareSplits(options, indices, regions);
  const lengths = Object.values(splits).map(({ length }) => length);
  const evaluationLeaves = Math.ceil(Math.max(...lengths) / evaluationLeaf);
  const metrics = options.metrics ?? [];
  const layout = layOutRun(
    {
      workers,
      leaves,
      evaluationLeaves,
      metrics: metrics.length,
      states: buildOptimizer(options.optimizer).rule.stateNames.length,
      subtrees: subtreesByRank(workers, leaves).flat().length,
      samples: trainSamples,
      packedBytes: (n, k, dtype) => kernels.exports[`packedBytes_${dtype}`]?.(n, k) ?? 0,
    },
    parameters,
    regions.allocate,
  );
  writeParameters(named, parameters, layout.generations[0].parameters);
  const control = new ControlBlock(engine().memory, layout.control, workers);
  control.clear();
  return {
    control,
    model,
    parameters,
    dtypeOf: (name) => descriptions.find((d) => d.name === name)?.dtype ?? 'f32',
    trainIndices: indices.train,
    stepsPerEpoch,
    totalSteps,
    orders: {
      workers,
      spin: workers <= availableParallelism(),
      leaves,
      evaluationLeaves,
      seed,
      batchSize,
      totalSteps,
      stepsPerEpoch,
      trainSamples,
      memory: engine().kernels.memory,
      kernels: compiled,
      arenas: reserveArenas(workers, regions),
      layout,
      parameters: descriptions,
      model: portableModel(options.model),
      loss: portable(options.loss),
      metrics: metrics.map(portable),
      optimizer: options.optimizer,
      scheduler: options.scheduler,
      clipGradNorm: trainer.clipGradNorm ?? null,
      splits,
    },
  };
}

function portable<T extends string>(value: T | ModuleReference): T | ModuleReference {
  return typeof value === 'string' ? value : portableReference(value);
}

function positive(path: readonly string[], value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new OptionsError(
    path,
    `${path.at(-1) ?? ''} must be a whole number of 1 or more, not ${value}`,
  );
}

function workerCount(workers: number | 'auto', leaves: number): number {
  return workers === 'auto'
    ? Math.min(availableParallelism(), leaves)
    : positive(['parallel', 'workers'], workers);
}

function stepCount(trainer: TrainOptions['trainer'], stepsPerEpoch: number): number {
  const { maxEpochs, maxSteps } = trainer;
  if (maxSteps !== undefined && maxSteps !== null) {
    // No steps at all: the run only evaluates.
    const steps = maxSteps === 0 ? 0 : positive(['trainer', 'maxSteps'], maxSteps);
    return Math.min(steps, (maxEpochs ?? Infinity) * stepsPerEpoch);
  }
  return positive(['trainer', 'maxEpochs'], maxEpochs ?? 1) * stepsPerEpoch;
}

type Indices = Readonly<Record<'train', Int32Array>> & Readonly<Partial<Record<Split, Int32Array>>>;

/** Which samples of which dataset belong to each split. */
function sampleIndices(data: TrainOptions['data'], seed: number): Indices {
  const all = (dataset: Dataset) => Int32Array.from({ length: dataset.length }, (_, i) => i);
  const test = data.test === undefined ? {} : { test: all(data.test) };
  if (data.val === undefined) return { train: all(data.train), ...test };
  return 'split' in data.val
    ? { ...split(data.train, data.val.split, seed), ...test }
    : { train: all(data.train), val: all(data.val), ...test };
}

/** Copies the datasets into shared memory, the validation samples with those they are split from. */
function shareSplits(
  { data }: TrainOptions,
  indices: Indices,
  regions: Regions,
): Partial<Record<Split, SharedSplit>> {
  const transforms = fitTransforms(data.train, data.transforms ?? [], indices.train);
  const share = (dataset: Dataset, name: Split) => {
    const { targets } = dataset;
    if (targets === null) {
      throw new OptionsError(
        ['data', name],
        `the ${name} data has no targets; training needs them`,
      );
    }
    return shareDataset(dataset, targets, transforms, regions.allocate);
  };
  const place = (dataset: SharedSplit['dataset'], own: Int32Array, name: Split): SharedSplit => {
    const address = regions.allocate(own.byteLength, `indices of the ${name} split`);
    new Int32Array(engine().memory, address, own.length).set(own);
    return { dataset, indices: address, length: own.length };
  };
  const train = share(data.train, 'train');
  const splits: Partial<Record<Split, SharedSplit>> = {
    train: place(train, indices.train, 'train'),
  };
  if (data.val !== undefined && indices.val !== undefined) {
    const dataset = 'split' in data.val ? train : share(data.val, 'val');
    splits.val = place(dataset, indices.val, 'val');
  }
  if (data.test !== undefined && indices.test !== undefined) {
    splits.test = place(share(data.test, 'test'), indices.test, 'test');
  }
  return splits;
}

function writeParameters(
  named: readonly (readonly [string, Parameter])[],
  layout: ParameterLayout,
  address: number,
): void {
  named.forEach(([, parameter], i) => {
    const bytes = new Uint8Array(engine().memory);
    const from = parameter.address();
    bytes.copyWithin(address + (layout.slots[i]?.offset ?? 0), from, from + parameter.byteLength);
  });
}

function floatOf(name: string, dtype: string): FloatDType {
  if (dtype === 'f32' || dtype === 'f64') return dtype;
  throw new OptionsError(['model'], `parameter ${name} is ${dtype}; parameters are f32 or f64`);
}

function reserveArenas(workers: number, regions: Regions): { start: number; end: number }[] {
  const free = engine().heap.largestFree * arenaShare;
  const bytes = Math.floor(Math.min(largestArena, free / workers) / 65_536) * 65_536;
  return Array.from({ length: workers }, (_, rank) => {
    const start = regions.reserve(bytes, `arena of rank ${rank}`);
    return { start, end: start + bytes };
  });
}
