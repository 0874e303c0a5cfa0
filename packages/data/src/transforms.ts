import { ShapeError, ValueError } from '@dltrain/core';
import type { Column, Dataset } from './dataset.js';

/** `(x - mean) / std` a channel; one number stands for every channel. */
export interface Normalize {
  readonly type: 'normalize';
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** {@link Normalize} with the mean and the standard deviation of the training set. */
export interface Standardize {
  readonly type: 'standardize';
}

/**
 * What happens to inputs between the file and the model. Bytes are divided by 255 before, as after
 * torchvision's `ToTensor`. The channels of a sample `[c, ...]` of three axes or more, and of
 * a sample `[c]`, are the first axis; `[h, w]` and `[]` have one channel.
 */
export type Transform = Normalize | Standardize;

/** How a batch of inputs is gathered from the samples in memory. */
export type InputPlan = LookupPlan | NormalizePlan | CopyPlan;

interface Plan {
  /** Shape of one sample, as in the dataset. */
  readonly shape: readonly number[];
  /** Channels a sample, and elements a channel: `product(shape) = channels * plane`. */
  readonly channels: number;
  readonly plane: number;
}

/** Bytes become f32 by table: element of channel c with byte v is `table[256 c + v]`. */
export interface LookupPlan extends Plan {
  readonly kind: 'lookup';
  readonly dtype: 'f32';
  readonly source: Uint8Array;
  readonly table: Float32Array;
}

/** Element of channel c is `(x - mean[c]) / std[c]`, rounded to f32 after each step. */
export interface NormalizePlan extends Plan {
  readonly kind: 'normalize';
  readonly dtype: 'f32';
  readonly source: Float32Array;
  readonly mean: Float32Array;
  readonly std: Float32Array;
}

/** Samples are copied as they are. */
export interface CopyPlan extends Plan {
  readonly kind: 'copy';
  readonly dtype: 'f32' | 'i32';
  readonly source: Float32Array | Int32Array;
}

/**
 * Replaces `standardize` by the `normalize` that it amounts to on a training set, or on a part of
 * it. Validation, test and prediction must use what the training set gave, so this is plain data to
 * keep with the weights.
 *
 * mean = sum(x) / n, std = sqrt(sum((x - mean)^2) / n) in f64, in order of the samples; a constant
 * channel gets std 1, as in scikit-learn.
 *
 * @throws {ValueError} for a NaN or an infinity among the inputs.
 * @example
 * const { train } = split(iris, 0.2, 42);
 * const fitted = fitTransforms(iris, [{ type: 'standardize' }], train);
 * const plan = planInputs(iris, fitted);
 */
export function fitTransforms(
  dataset: Dataset,
  transforms: readonly Transform[],
  samples?: Int32Array,
): Normalize[] {
  return transforms.map((transform) =>
    transform.type === 'standardize' ? fitStandardize(dataset, samples) : transform,
  );
}

/**
 * What the runtime needs to gather batches of a dataset's inputs: bytes through a table that
 * holds the whole arithmetic, f32 with a mean and std a channel, i32 as it is (as f32 if it is
 * normalised).
 *
 * @throws {ValueError} for a std that is not a positive f32, or more than one transform.
 * @throws {ShapeError} if the lengths of mean and std are neither 1 nor the number of channels.
 * @example
 * const plan = planInputs(mnist, [{ type: 'normalize', mean: [0.1307], std: [0.3081] }]);
 */
export function planInputs(dataset: Dataset, transforms: readonly Normalize[] = []): InputPlan {
  const { inputs } = dataset;
  const { shape, data } = inputs;
  const { channels, plane } = channelsOf(inputs);
  const [transform, second] = transforms;
  if (second !== undefined) {
    throw new ValueError(
      `${transforms.length} transforms: inputs are normalised or standardised once; keep one`,
    );
  }
  const mean =
    transform === undefined ? null : perChannel('mean', transform.mean, inputs, channels);
  const std = transform === undefined ? null : perChannel('std', transform.std, inputs, channels);
  const bad = std?.findIndex((value) => !(value > 0)) ?? -1;
  if (bad >= 0) {
    throw new ValueError(
      `normalize: std of channel ${bad} is ${std?.[bad]}: it must be positive; use 1 to leave the scale as it is`,
    );
  }
  if (data instanceof Uint8Array) {
    return {
      kind: 'lookup',
      dtype: 'f32',
      shape,
      channels,
      plane,
      source: data,
      table: lookupTable(channels, mean, std),
    };
  }
  if (mean !== null && std !== null) {
    const source = data instanceof Float32Array ? data : Float32Array.from(data);
    return { kind: 'normalize', dtype: 'f32', shape, channels, plane, source, mean, std };
  }
  return data instanceof Float32Array
    ? { kind: 'copy', dtype: 'f32', shape, channels, plane, source: data }
    : { kind: 'copy', dtype: 'i32', shape, channels, plane, source: data };
}

function channelsOf(column: Column): { channels: number; plane: number } {
  const { shape } = column;
  const elements = shape.reduce((product, size) => product * size, 1);
  const channels = shape.length === 0 || shape.length === 2 ? 1 : (shape[0] ?? 1);
  return { channels, plane: elements / channels };
}

function perChannel(
  what: string,
  values: readonly number[],
  inputs: Column,
  channels: number,
): Float32Array {
  if (values.length !== 1 && values.length !== channels) {
    throw new ShapeError(
      `normalize: ${what} has ${values.length} values, but inputs of shape [${inputs.shape.join(', ')}] have ${channels} ${channels === 1 ? 'channel' : 'channels'}: give 1 or ${channels}`,
    );
  }
  const filled = Float32Array.from(
    { length: channels },
    (_, c) => values[values.length === 1 ? 0 : c] ?? NaN,
  );
  const bad = filled.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new ValueError(
      `normalize: ${what} of channel ${bad} is ${values[bad] ?? values[0]}: give a finite number`,
    );
  return filled;
}

function lookupTable(
  channels: number,
  mean: Float32Array | null,
  std: Float32Array | null,
): Float32Array {
  const table = new Float32Array(256 * channels);
  for (let c = 0; c < channels; c++) {
    for (let v = 0; v < 256; v++) {
      const scaled = Math.fround(v / 255);
      const centred = Math.fround(scaled - (mean?.[c] ?? 0));
      table[256 * c + v] = Math.fround(centred / (std?.[c] ?? 1));
    }
  }
  return table;
}

function fitStandardize(dataset: Dataset, samples: Int32Array | undefined): Normalize {
  const { inputs } = dataset;
  const { channels } = channelsOf(inputs);
  const chosen = samples ?? Int32Array.from({ length: dataset.length }, (_, index) => index);
  if (chosen.length === 0)
    throw new ValueError('standardize: no samples to take mean and std from');
  const mean: number[] = [];
  const std: number[] = [];
  for (let c = 0; c < channels; c++) {
    const moments =
      inputs.data instanceof Uint8Array
        ? momentsOfBytes(inputs, inputs.data, c, chosen)
        : momentsOfNumbers(inputs, inputs.data, c, chosen);
    if (!Number.isFinite(moments.mean)) {
      throw new ValueError(
        `standardize: channel ${c} of the inputs holds a NaN or an infinity: remove those samples or fill the gaps`,
      );
    }
    mean.push(moments.mean);
    std.push(Math.fround(moments.std) > 0 ? moments.std : 1);
  }
  return { type: 'normalize', mean, std };
}

interface Moments {
  readonly mean: number;
  readonly std: number;
}

function momentsOfNumbers(
  column: Column,
  data: Float32Array | Int32Array,
  channel: number,
  samples: Int32Array,
): Moments {
  const { channels, plane } = channelsOf(column);
  const n = samples.length * plane;
  let sum = 0;
  for (const sample of samples) {
    const start = (sample * channels + channel) * plane;
    for (let index = start; index < start + plane; index++) sum += data[index] ?? NaN;
  }
  const mean = sum / n;
  let squares = 0;
  for (const sample of samples) {
    const start = (sample * channels + channel) * plane;
    for (let index = start; index < start + plane; index++) {
      const deviation = (data[index] ?? NaN) - mean;
      squares += deviation * deviation;
    }
  }
  return { mean, std: Math.sqrt(squares / n) };
}

/** By counts of the 256 values, which takes one pass over the bytes and is exact up to the end. */
function momentsOfBytes(
  column: Column,
  data: Uint8Array,
  channel: number,
  samples: Int32Array,
): Moments {
  const { channels, plane } = channelsOf(column);
  const n = samples.length * plane;
  const counts = new Float64Array(256);
  for (const sample of samples) {
    const start = (sample * channels + channel) * plane;
    for (const value of data.subarray(start, start + plane))
      counts[value] = (counts[value] ?? 0) + 1;
  }
  const mean = counts.reduce((sum, count, value) => sum + count * value, 0) / n / 255;
  const squares = counts.reduce((sum, count, value) => {
    const deviation = value / 255 - mean;
    return sum + count * (deviation * deviation);
  }, 0);
  return { mean, std: Math.sqrt(squares / n) };
}
