import { withSeed, zeros } from '@dltrain/core';
import type { Tensor } from '@dltrain/core';
import { buildModel, leafCount, patienceOf } from '@dltrain/runtime';
import type { Module } from '@dltrain/nn';
import { checkLayers, checkMemory, checkSpecs } from './config/check-fit.js';
import type { LoadedConfig } from './config/load.js';
import { prepareRun, resolveFiles } from './config/prepare.js';
import { ConfigError } from './config/problem.js';
import { toModelSource, workerTimeoutOf } from './config/to-options.js';

/** The model of a config, as a rank of a run would begin with it. */
export interface ModelOfConfig {
  readonly model: Module;
  /** Zeros in the shape of what one leaf of a batch brings. */
  readonly input: Tensor;
}

/**
 * Builds the model of a config with its first weights. The data are read only where the config does
 * not say the shape of a sample, as with a model of the user's own.
 *
 * @throws ConfigError with what is wrong with the model, or with the data where they are read
 */
export async function modelOfConfig(loaded: LoadedConfig): Promise<ModelOfConfig> {
  const { trainer, parallel, seed } = loaded.config;
  const { model: layers, problems } = checkLayers(loaded);
  const wrong = [...problems, ...checkSpecs(loaded)];
  if (wrong.length > 0) throw new ConfigError(wrong);
  if (layers !== null) checkMemory(loaded, layers);
  const source = toModelSource(resolveFiles(loaded).resolved.model);
  const sample = 'input' in source ? { shape: source.input, dtype: 'f32' } : await columnOf(loaded);
  const model = await withSeed(seed, () =>
    buildModel(source, patienceOf(workerTimeoutOf(loaded.config))),
  );
  const leaves = leafCount(trainer.batch_size, parallel.shards);
  const samples = Math.ceil(trainer.batch_size / leaves);
  const dtype = sample.dtype === 'i32' ? 'i32' : 'f32';
  return { model, input: zeros([samples, ...sample.shape], { dtype }) };
}

/** What the samples are that a module of the user's takes. */
async function columnOf(loaded: LoadedConfig) {
  const { options } = await prepareRun(loaded);
  return options.data.train.inputs;
}
