import { availableParallelism } from 'node:os';
import { engine, FixedStorage, withSeed, type FloatDType } from '@dltrain/core';
import { fitTransforms, type Dataset, type Normalize } from '@dltrain/data';
import { compileKernels, instantiateKernels } from '@dltrain/kernels';
import {
  buildOptimizer,
  initialize,
  loadSafetensors,
  withoutInit,
  type Module,
  type Parameter,
} from '@dltrain/nn';
import { ControlBlock } from './control-block.js';
import { OptionsError } from './errors.js';
import { evaluationLeaf } from './leaves.js';
import { describeModel } from './model-lines.js';
import { buildModel, portableModel, portableReference } from './model-source.js';
import { contentsOfModules } from './module-content.js';
import { loadLoss, loadMetrics } from './objective.js';
import type { ModelLine, ModelSource, ModuleReference, TrainOptions } from './options.js';
import { checkParameterMemory } from './parameter-memory.js';
import { layOutParameters, type ParameterLayout } from './parameter-layout.js';
import type { RunPlan, SplitIndices } from './plan.js';
import { subtreesByRank, type RankOrders, type SharedSplit, type Split } from './rank-context.js';
import type { Regions } from './regions.js';
import { layOutRun } from './run-layout.js';
import { shareDataset } from './shared-dataset.js';
import type { Patience } from './start-up.js';

/** The most that a rank's arena takes of the address space. */
const largestArena = 2 ** 30;
/** The share of what is free that the arenas of a run take; the rest is for tensors of the caller. */
const arenaShare = 0.75;

/** A run that is ready to start. */
export interface PreparedRun {
  readonly plan: RunPlan;
  readonly orders: RankOrders;
  readonly control: ControlBlock;
  readonly parameters: ParameterLayout;
  readonly modelLines: readonly ModelLine[];
  /** As they were fitted to the training data. */
  readonly transforms: readonly Normalize[];
  /** What the optimizer keeps of each parameter, by name. */
  readonly stateNames: readonly string[];
  /** Bytes of all regions that the threads share; arenas are a rank's own. */
  readonly sharedBytes: number;
}

/**
 * Builds and initialises the model, and lays everything out in shared memory.
 *
 * @param patience how long modules of the user's are waited for, each on its own
 * @throws what a model, a file of weights or the data have wrong; the ranks know nothing of it yet.
 *   AbortedError when the run is stopped while a module is waited for
 */
export async function prepareRun(
  options: TrainOptions,
  plan: RunPlan,
  regions: Regions,
  patience: Patience,
): Promise<PreparedRun> {
  const { trainer, parallel = {}, metrics = [], faults = [] } = options;
  const { seed, workers, leaves, indices } = plan;
  const modules = await contentsOfModules(options);
  const model = await build(options.model, seed, patience);
  checkParameterMemory(model, options);
  initialize(model, seed);
  // A checkpoint holds all weights.
  if (options.initFrom && !options.resume)
    model.loadStateDict(await loadSafetensors(options.initFrom));
  const named = [...model.namedParameters()];
  const descriptions = named.map(([name, { shape, dtype }]) => ({
    name,
    shape,
    dtype: floatOf(name, dtype),
  }));
  const parameters = layOutParameters(descriptions);
  // Each rank loads them for itself; what is wrong with them shows here before there are ranks.
  await loadLoss(options.loss, patience);
  await loadMetrics(metrics, patience);

  const compiled = compileKernels({ mode: parallel.mode ?? 'exact' });
  const kernels = instantiateKernels(compiled, engine().kernels.memory);
  kernels.exports.setTile?.(compiled.tile); // it decides how wide packed panels are
  const transforms = fitTransforms(
    options.data.train,
    options.data.transforms ?? [],
    indices.train,
  );
  const splits = shareSplits(options.data, transforms, indices, regions);
  const evaluated = [splits.val, splits.test].map((split) => split?.length ?? 0);
  const evaluationLeaves = Math.ceil(Math.max(...evaluated) / evaluationLeaf);
  const { stateNames } = buildOptimizer(options.optimizer).rule;
  const layout = layOutRun(
    {
      workers,
      leaves,
      evaluationLeaves,
      metrics: metrics.length,
      faults: faults.length,
      states: stateNames.length,
      subtrees: subtreesByRank(workers, leaves).flat().length,
      samples: indices.train.length,
      snapshot: Boolean(options.checkpoint),
      packedBytes: (n, k, dtype) => kernels.exports[`packedBytes_${dtype}`]?.(n, k) ?? 0,
    },
    parameters,
    regions,
  );
  moveParameters(named, parameters, layout.generations[0].parameters);
  const control = new ControlBlock(engine().memory, layout.control, workers);
  control.clear();
  const sharedBytes = regions.bytes;
  return {
    plan,
    control,
    parameters,
    sharedBytes,
    transforms,
    stateNames,
    modelLines: describeModel(model, options.model),
    orders: {
      workers,
      spin: workers <= availableParallelism(),
      leaves,
      evaluationLeaves,
      seed,
      batchSize: plan.batchSize,
      totalSteps: plan.totalSteps,
      stepsPerEpoch: plan.stepsPerEpoch,
      epochSamples: plan.epochSamples,
      memory: engine().kernels.memory,
      kernels: compiled,
      arenas: reserveArenas(workers, regions),
      layout,
      parameters: descriptions,
      model: portableModel(options.model),
      loss: portable(options.loss),
      metrics: metrics.map(portable),
      modules,
      optimizer: options.optimizer,
      scheduler: options.scheduler,
      clipGradNorm: trainer.clipGradNorm ?? null,
      detectAnomaly: trainer.detectAnomaly ?? false,
      onNonfinite: trainer.onNonfinite ?? 'abort',
      faults,
      splits,
      timeline: options.timeline ?? null,
    },
  };
}

/** Layers are given their first values later. */
function build(source: ModelSource, seed: number, patience: Patience): Promise<Module> {
  return 'module' in source
    ? withSeed(seed, () => buildModel(source, patience))
    : withoutInit(() => buildModel(source));
}

function portable<T extends string | { readonly type: string }>(
  value: T | ModuleReference,
): T | ModuleReference {
  return typeof value === 'object' && 'module' in value ? portableReference(value) : value;
}

/** Copies the datasets into shared memory, the validation samples with those they are split from. */
function shareSplits(
  data: TrainOptions['data'],
  transforms: readonly Normalize[],
  indices: SplitIndices,
  regions: Regions,
): Partial<Record<Split, SharedSplit>> {
  const share = (dataset: Dataset) => shareDataset(dataset, transforms, regions.reserve);
  const place = (dataset: SharedSplit['dataset'], own: Int32Array, name: Split): SharedSplit => {
    const address = regions.reserve(own.byteLength, `indices of the ${name} split`);
    new Int32Array(engine().memory, address, own.length).set(own);
    return { dataset, indices: address, length: own.length };
  };
  const train = share(data.train);
  const splits: Partial<Record<Split, SharedSplit>> = {
    train: place(train, indices.train, 'train'),
  };
  if (data.val !== undefined && indices.val !== undefined) {
    const dataset = 'split' in data.val ? train : share(data.val);
    splits.val = place(dataset, indices.val, 'val');
  }
  if (data.test !== undefined && indices.test !== undefined) {
    splits.test = place(share(data.test), indices.test, 'test');
  }
  return splits;
}

/** Copies the parameters to the first generation; what they took outside of the run is given back. */
function moveParameters(
  named: readonly (readonly [string, Parameter])[],
  layout: ParameterLayout,
  base: number,
): void {
  named.forEach(([, parameter], i) => {
    const address = base + (layout.slots[i]?.offset ?? 0);
    const from = parameter.address();
    const bytes = new Uint8Array(engine().memory);
    bytes.copyWithin(address, from, from + parameter.byteLength);
    parameter.bind(new FixedStorage(parameter.byteLength, address));
  });
}

function floatOf(name: string, dtype: string): FloatDType {
  if (dtype === 'f32' || dtype === 'f64') return dtype;
  throw new OptionsError(['model'], `parameter ${name} is ${dtype}; parameters are f32 or f64`);
}

function reserveArenas(workers: number, regions: Regions): { start: number; end: number }[] {
  const { residency, heap } = engine();
  // Tensors that the caller may have dropped long ago make no arena smaller.
  residency.makeRoom((workers * largestArena) / arenaShare);
  const free = heap.largestFree * arenaShare;
  const bytes = Math.floor(Math.min(largestArena, free / workers) / 65_536) * 65_536;
  return Array.from({ length: workers }, (_, rank) => {
    const start = regions.reserve(bytes, `arena of rank ${rank}`);
    return { start, end: start + bytes };
  });
}
