import type { TrainOptions } from '@dltrain/runtime';
import { durationOf } from './duration.js';
import { camelKeys } from './names.js';
import type { Config } from './schema.js';

/** A config whose file names were made absolute, as options for `train`. */
export function toTrainOptions(
  config: Config & { readonly name: string },
  datasets: Pick<TrainOptions['data'], 'train' | 'val' | 'test'>,
): TrainOptions {
  const { name, seed, data, model, loss, metrics, trainer, parallel } = config;
  const { transforms, shuffle, drop_last: dropLast } = data;
  const { max_epochs: maxEpochs, ...limits } = trainer;
  const timeout = durationOf(parallel.worker_timeout);
  return {
    name,
    seed,
    data: { ...datasets, transforms, shuffle, dropLast },
    model: 'layers' in model ? { ...model, layers: model.layers.map(typed) } : model,
    loss,
    metrics,
    optimizer: typed(config.optimizer),
    scheduler: typed(config.scheduler),
    trainer: {
      ...camelKeys(limits),
      ...(maxEpochs === null ? {} : { maxEpochs }),
      valEvery: durationOf(trainer.val_every),
    },
    earlyStopping: camelKeys(config.early_stopping),
    parallel: {
      ...camelKeys(parallel),
      workerTimeout: 'seconds' in timeout ? timeout.seconds * 1000 : 0,
    },
    initFrom: config.init_from,
  };
}

/** `relu` is `{type: relu}`. */
function typed(spec: string | { readonly type: string }): { readonly type: string } {
  return typeof spec === 'string' ? { type: spec } : camelKeys(spec);
}
