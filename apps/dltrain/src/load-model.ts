import {
  exp,
  noGrad,
  scope,
  ShapeError,
  sigmoid,
  softmax,
  tensor,
  ValueError,
} from '@dltrain/core';
import type { Tensor } from '@dltrain/core';
import { datasetFromArrays, planInputs } from '@dltrain/data';
import type { ColumnSource, Dataset, InputPlan, Normalize } from '@dltrain/data';
import { buildLayers, loadSafetensors, withoutInit } from '@dltrain/nn';
import type { Module } from '@dltrain/nn';
import { buildModel, patienceOf } from '@dltrain/runtime';
import { loadConfig } from './config/load.js';
import { resolveFiles } from './config/prepare.js';
import type { Config } from './config/schema.js';
import { toModelSource, workerTimeoutOf } from './config/to-options.js';
import { resolvedConfigName } from './run-directory.js';
import { findWeights } from './run-weights.js';

/** The outputs of a model for a number of samples. */
export interface Prediction {
  /** Shape of all outputs: samples first. */
  readonly shape: readonly number[];
  /** Probabilities where the loss says that outputs are logits or logarithms, else the outputs. */
  readonly values: Float32Array;
  /** The most probable class of each sample, for models trained to tell classes apart. */
  readonly classes: Int32Array | null;
}

/** A trained model with what its run knows of its inputs and outputs. */
export interface LoadedModel {
  /** The network itself, in evaluation mode: it takes inputs that are normalised already. */
  readonly module: Module;
  readonly config: Config;
  /** Shape of one sample, where the config says it. */
  readonly inputShape: readonly number[] | null;
  readonly classNames: readonly string[] | null;
  /**
   * Runs the model on samples as they are in the files of its data set; its run's transforms are
   * applied to them.
   *
   * @throws {ShapeError} for samples of another shape
   * @example
   * const { classes } = model.predict([[5.1, 3.5, 1.4, 0.2]]);
   */
  predict(inputs: ColumnSource | Dataset): Prediction;
}

/** A model's config and weights, where they are not in one run directory. */
export interface ModelFiles {
  readonly config: string;
  readonly weights: string;
}

/**
 * Loads the model that a run trained, by its directory or that of one of its checkpoints, or by a config and a
 * safetensors file. Weights that a run recorded are compared with its record.
 *
 * A run that a script started has no config: build its model yourself, and give it the weights with
 * `model.loadStateDict(await nn.loadSafetensors(file))`.
 *
 * @throws {ConfigError} for a config that is none
 * @throws {RunDirectoryError} for a directory without weights, or with weights that were changed since
 * @throws {SafetensorsError | StateError} for weights that cannot be read or do not fit
 * @example
 * const model = await loadModel('runs/iris-20250131-120000');
 * const { values, classes } = model.predict([[5.1, 3.5, 1.4, 0.2]]);
 */
export async function loadModel(source: string | ModelFiles): Promise<LoadedModel> {
  const files = typeof source === 'string' ? await findWeights(source) : source;
  const { resolved: config } = resolveFiles(loadConfig(files.config));
  const weights = await loadSafetensors(files.weights);
  const model = toModelSource(config.model);
  const module =
    'module' in model
      ? await buildModel(model, patienceOf(workerTimeoutOf(config)))
      : withoutInit(() => buildLayers(model));
  module.loadStateDict(weights);
  module.eval();
  const transforms = config.data.transforms.map(fitted);
  const inputShape = 'input' in model ? model.input : null;
  const { train } = config.data;
  const classNames = 'type' in train && train.type === 'csv' ? (train.class_names ?? null) : null;
  return {
    module,
    config,
    inputShape,
    classNames,
    predict: (inputs) => predict(module, config, transforms, inputShape, inputs),
  };
}

/** As many samples as are run at once. */
const batchSize = 256;

function predict(
  module: Module,
  config: Config,
  transforms: readonly Normalize[],
  inputShape: readonly number[] | null,
  inputs: ColumnSource | Dataset,
): Prediction {
  const shape = inputShape === null ? {} : { shape: inputShape };
  const dataset = isDataset(inputs) ? inputs : datasetFromArrays({ inputs, ...shape });
  const { shape: given } = dataset.inputs;
  if (inputShape !== null && inputShape.join() !== given.join()) {
    throw new ShapeError(
      `the model takes samples of shape [${inputShape.join(', ')}], and these have shape [${given.join(', ')}]`,
    );
  }
  const plan = planInputs(dataset, transforms);
  const parts: Float32Array[] = [];
  let outputShape: readonly number[] = [];
  for (let begin = 0; begin < dataset.length; begin += batchSize) {
    const count = Math.min(batchSize, dataset.length - begin);
    scope(() => {
      const output = noGrad(() => activate(module.forward(gather(plan, begin, count)), config));
      outputShape = output.shape.slice(1);
      parts.push(Float32Array.from(output.toArray()));
    });
  }
  const values = joined(parts);
  const classes = classLosses.has(lossName(config)) ? largest(values, dataset.length) : null;
  return { shape: [dataset.length, ...outputShape], values, classes };
}

/** Losses that compare scores of classes. */
const classLosses: ReadonlySet<string | null> = new Set(['cross_entropy', 'nll', 'multi_margin']);

/** Outputs as probabilities, where the loss says that they are logits or logarithms. */
function activate(output: Tensor, config: Config): Tensor {
  switch (lossName(config)) {
    case 'cross_entropy':
      return softmax(output, 1);
    case 'bce_with_logits':
      return sigmoid(output);
    case 'nll':
    case 'kl_div':
      return exp(output);
    default:
      return output;
  }
}

/** The name of the loss; null for one of the user's own. */
function lossName({ loss }: Config): string | null {
  if (typeof loss === 'string') return loss;
  return 'type' in loss ? loss.type : null;
}

/** Samples `begin` to `begin + count` as the model sees them; the same bits as in training. */
function gather(plan: InputPlan, begin: number, count: number): Tensor {
  const { shape, channels, plane } = plan;
  const size = channels * plane;
  const from = plan.source.subarray(begin * size, (begin + count) * size);
  if (plan.kind === 'copy') return tensor(from, { shape: [count, ...shape], dtype: plan.dtype });
  const values = new Float32Array(from.length);
  const channelOf = (i: number): number => Math.floor(i / plane) % channels;
  if (plan.kind === 'lookup') {
    from.forEach((byte, i) => (values[i] = plan.table[256 * channelOf(i) + byte] ?? NaN));
  } else {
    const { mean, std } = plan;
    from.forEach((x, i) => {
      const c = channelOf(i);
      values[i] = Math.fround(x - (mean[c] ?? NaN)) / (std[c] ?? NaN);
    });
  }
  return tensor(values, { shape: [count, ...shape] });
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The index of the largest value of each row, the first of equals. */
function largest(values: Float32Array, rows: number): Int32Array {
  const width = values.length / rows;
  return Int32Array.from({ length: rows }, (_, row) => {
    const scores = values.subarray(row * width, (row + 1) * width);
    return scores.indexOf(Math.max(...scores));
  });
}

function fitted(transform: Config['data']['transforms'][number]): Normalize {
  if (transform.type === 'normalize') return transform;
  throw new ValueError(
    `standardize is not fitted in this config: give the ${resolvedConfigName} of a run, which says mean and std`,
  );
}

function isDataset(inputs: ColumnSource | Dataset): inputs is Dataset {
  return 'inputs' in inputs && 'targets' in inputs;
}
