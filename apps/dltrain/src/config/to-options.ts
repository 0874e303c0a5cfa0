import { layerTypes, lossTypes, optimizerTypes, schedulerTypes } from '@dltrain/nn';
import type { LayerSpec, LossSpec, OptimizerSpec, SchedulerSpec, TypeEntry } from '@dltrain/nn';
import type { CheckpointOptions, TrainOptions } from '@dltrain/runtime';
import type { Datasets } from './check-fit.js';
import { durationOf } from './duration.js';
import { camelKeys } from './names.js';
import type { Config } from './schema.js';

/**
 * A config whose file names were made absolute, as options for `train`, but for `resume`: what that means
 * depends on what is on the disk.
 */
export function toTrainOptions(
  config: Config & { readonly name: string },
  datasets: Datasets,
): TrainOptions {
  const { name, seed, data, metrics, trainer, parallel, logging } = config;
  const { transforms, shuffle, drop_last: dropLast } = data;
  const { max_epochs: maxEpochs, ...limits } = trainer;
  return {
    name,
    seed,
    data: { ...datasets, transforms, shuffle, dropLast },
    model: toModelSource(config.model),
    loss: toLoss(config),
    metrics,
    optimizer: toOptimizerSpec(config),
    scheduler: toSchedulerSpec(config),
    trainer: {
      ...camelKeys(limits),
      ...(maxEpochs === null ? {} : { maxEpochs }),
      valEvery: durationOf(trainer.val_every),
    },
    earlyStopping: camelKeys(config.early_stopping),
    parallel: {
      ...camelKeys(parallel),
      workerTimeout: workerTimeoutOf(config),
    },
    statisticsEvery: logging.statistics === null ? null : durationOf(logging.statistics),
    checkpoint: toCheckpointOptions(config.checkpoint),
    initFrom: config.init_from,
  };
}

/** In milliseconds. */
export function workerTimeoutOf({ parallel }: Pick<Config, 'parallel'>): number {
  const timeout = durationOf(parallel.worker_timeout);
  return 'seconds' in timeout ? timeout.seconds * 1000 : 0;
}

/** The checkpoints of a config as the library takes them; null for none. */
export function toCheckpointOptions(checkpoint: Config['checkpoint']): CheckpointOptions | null {
  if (checkpoint === null) return null;
  return { ...camelKeys(checkpoint), every: durationOf(checkpoint.every) };
}

// The schema is made from the tables of types, so what has passed it is a specification.

/** The optimizer of a config as the library takes it. */
export function toOptimizerSpec({ optimizer }: Config): OptimizerSpec {
  return typed(optimizer, optimizerTypes) as OptimizerSpec;
}

/** The loss of a config as the library takes it: a specification, or a module of the user's own. */
export function toLoss({ loss }: Config): TrainOptions['loss'] {
  return typeof loss === 'object' && 'module' in loss ? loss : (typed(loss, lossTypes) as LossSpec);
}

/** The schedule of a config as the library takes it. */
export function toSchedulerSpec({ scheduler }: Config): SchedulerSpec {
  return typed(scheduler, schedulerTypes) as SchedulerSpec;
}

/** The model of a config as the library takes it. */
export function toModelSource(model: Config['model']): TrainOptions['model'] {
  if ('module' in model) return model;
  const layers = model.layers.map((layer) => typed(layer, layerTypes) as LayerSpec);
  return { input: model.input, layers };
}

type Typed = string | ({ readonly type: string } & Readonly<Record<string, unknown>>);

/** A specification with names in camelCase and durations read. */
function typed(spec: Typed, types: Readonly<Record<string, TypeEntry>>): unknown {
  if (typeof spec === 'string') return { type: spec };
  const { type, ...given } = camelKeys(spec);
  const parameters = types[type]?.parameters ?? {};
  const values = Object.entries(given).map(([key, value]) => [
    key,
    typeof value === 'string' && parameters[key]?.kind === 'duration' ? durationOf(value) : value,
  ]);
  return { type, ...Object.fromEntries(values) };
}
