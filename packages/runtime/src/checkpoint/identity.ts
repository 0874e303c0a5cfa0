import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Dataset, Normalize } from '@dltrain/data';
import {
  layerTypes,
  lossTypes,
  optimizerTypes,
  schedulerTypes,
  type ArgumentTable,
} from '@dltrain/nn';
import { fileOf, type ModuleContent } from '../module-content.js';
import type { ModelSource, ModuleReference, TrainOptions } from '../options.js';
import type { RunPlan } from '../plan.js';
import type { RankOrders } from '../rank-context.js';
import { factsOf } from './canonical.js';
import { fingerprintOf, type DataFingerprint } from './fingerprint.js';

/**
 * What fixes the bits of a run, fact by fact: key and canonical JSON, sorted by key. Two runs with one
 * identity give the same weights; workers, timeouts, paths, logging and checkpoints are no part of it.
 */
export type Identity = readonly (readonly [key: string, json: string])[];

/** Grows when the same facts come to mean other bits. */
const identityFormat = 1;

/** The identity of a run. It reads every sample once. */
export async function identityOf(
  options: TrainOptions,
  { plan, orders, transforms }: IdentitySource,
): Promise<Identity> {
  const { data, trainer, earlyStopping = null, metrics = [] } = options;
  const facts = {
    format: identityFormat,
    kernels: { mode: orders.kernels.mode, sha256: orders.kernels.sha256 },
    seed: plan.seed,
    leaves: plan.leaves,
    data: {
      ...(await dataFingerprints(data)),
      shuffle: data.shuffle ?? true,
      dropLast: data.dropLast ?? false,
      transforms,
    },
    model: modelFacts(options.model, orders.modules),
    parameters: orders.parameters.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    loss: partFacts(options.loss, lossTypes, orders.modules),
    metrics: metrics.map((metric) => partFacts(metric, {}, orders.modules)),
    optimizer: specFacts(options.optimizer, optimizerTypes),
    scheduler: specFacts(options.scheduler ?? 'constant', schedulerTypes),
    trainer: {
      batchSize: trainer.batchSize,
      accumulateGradBatches: trainer.accumulateGradBatches ?? 1,
      clipGradNorm: trainer.clipGradNorm ?? null,
      onNonfinite: trainer.onNonfinite ?? 'abort',
      steps: plan.totalSteps,
      validateEvery: plan.validateEvery,
    },
    earlyStopping: earlyStopping && { minDelta: 0, ...earlyStopping },
  };
  const found = Object.entries(facts).flatMap(([key, value]) => factsOf(key, value));
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

export interface IdentitySource {
  readonly plan: RunPlan;
  readonly orders: RankOrders;
  /** As they were fitted to the training data. */
  readonly transforms: readonly Normalize[];
}

/** SHA-256 of an identity, in hex. */
export function identityDigest(identity: Identity): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

/** What each set of samples is; of one that is split off the training data, its share of those. */
export async function dataFingerprints({ train, val, test }: TrainOptions['data']) {
  const known = new Map<Dataset, DataFingerprint>();
  const of = async (dataset: Dataset | undefined): Promise<DataFingerprint | undefined> => {
    if (dataset === undefined) return undefined;
    const found = known.get(dataset) ?? (await fingerprintOf(dataset));
    known.set(dataset, found);
    return found;
  };
  return {
    train: await of(train),
    val: val !== undefined && 'split' in val ? { split: val.split } : await of(val),
    test: await of(test),
  };
}

function modelFacts(source: ModelSource, modules: readonly ModuleContent[]): unknown {
  if ('module' in source) return moduleFacts(source, modules);
  const { input, layers } = source;
  return { input, layers: layers.map((layer) => specFacts(layer, layerTypes)) };
}

/** What has a type, or is a module of the user's. */
function partFacts(
  spec: string | object,
  types: TypesWithParameters,
  modules: readonly ModuleContent[],
): unknown {
  if (typeof spec === 'string' || !('module' in spec)) return specFacts(spec, types);
  return moduleFacts(spec as ModuleReference, modules);
}

/** A file may lie elsewhere the next time, so its folder is no fact. Its content is. */
function moduleFacts(reference: ModuleReference, modules: readonly ModuleContent[]): unknown {
  const { export: name = 'default', args = [] } = reference;
  const file = fileOf(reference);
  const { sha256, imports = {} } = modules.find((one) => one.file === file) ?? {};
  const imported = Object.keys(imports).length > 0 ? { imports } : {};
  return { module: path.basename(file), sha256, ...imported, export: name, args };
}

type TypesWithParameters = Readonly<Record<string, { readonly parameters: ArgumentTable }>>;

/** A specification in its long form, so that a default that is spelled out makes no difference. */
function specFacts(spec: string | object, types: TypesWithParameters): unknown {
  const given: Readonly<Record<string, unknown>> =
    typeof spec === 'string' ? { type: spec } : { ...spec };
  const parameters = types[String(given.type)]?.parameters ?? {};
  const defaults = Object.entries(parameters).map(([name, { default: value }]) => [name, value]);
  const told = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...defaults, ...told]) as unknown;
}
