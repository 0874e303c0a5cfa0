import { DTypeError, ShapeError } from '@dltrain/core';
import { ColumnBuilder } from './column-builder.js';
import { makeDataset, seenAs, type Dataset } from './dataset.js';
import { DataError, messageOf } from './errors.js';
import { defaultMaxBytes } from './growing-array.js';
import type { SampleValue } from './sample-value.js';

/** One sample of a user's own dataset. Without `target` there is nothing to learn, only to predict. */
export interface Sample {
  readonly input: SampleValue;
  readonly target?: SampleValue;
}

/** A dataset that answers by index, as PyTorch's map-style datasets do. */
export interface MapDataset {
  readonly length: number;
  get(index: number): Sample | Promise<Sample>;
}

export type DatasetSource = MapDataset | Iterable<Sample> | AsyncIterable<Sample>;

export interface MaterializeOptions {
  /** Shape to see each input as, for samples that come flat. */
  readonly shape?: readonly number[];
  readonly targetShape?: readonly number[];
  /** Number of classes, if it may be larger than the largest class index present. */
  readonly classes?: number;
  readonly classNames?: readonly string[];
  /** The most bytes a column may take; 2 GiB by default. */
  readonly maxBytes?: number;
}

/**
 * Reads a user's own dataset into memory, once: training reads samples in shared memory, many times.
 *
 * The first sample settles shape and dtype; every other one must agree. A target that is a bare
 * number is a class index; for regression give a list, `[y]`.
 *
 * @throws {ShapeError | DTypeError | ValueError} with the index of the sample that does not fit.
 * @throws {DataError} if the source itself throws, or is none.
 * @example
 * const parity = await materialize({
 *   length: 100,
 *   get: (i) => ({ input: [i % 2, i % 3], target: i % 2 }),
 * });
 */
export async function materialize(
  source: DatasetSource,
  options: MaterializeOptions = {},
): Promise<Dataset> {
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const length = isMap(source) ? source.length : undefined;
  const capacity = length === undefined ? { maxBytes } : { length, maxBytes };
  const inputs = new ColumnBuilder('input', capacity);
  const targets = new ColumnBuilder('target', capacity);
  let hasTargets = false;
  let count = 0;
  for await (const sample of samplesOf(source)) {
    const place = `sample ${count}`;
    if (typeof sample !== 'object' || sample === null || !('input' in sample)) {
      throw new DTypeError(`${place} is not an object with an input: give { input, target }`);
    }
    const { input, target } = sample as Sample;
    const given = target !== undefined;
    if (count === 0) hasTargets = given;
    if (given !== hasTargets) {
      throw new ShapeError(`${place} has ${given ? 'a' : 'no'} target, unlike sample 0`);
    }
    inputs.push(input, place);
    if (given) targets.push(target, place);
    count += 1;
  }
  const input = seenAs(inputs.finish(), options.shape, 'inputs');
  if (!hasTargets) return makeDataset(count, input);
  return makeDataset(count, input, {
    ...seenAs(targets.finish(), options.targetShape, 'targets'),
    ...(options.classes === undefined ? {} : { classes: options.classes }),
    ...(options.classNames === undefined ? {} : { classNames: options.classNames }),
  });
}

/** Whether a value answers by index. */
function isMap(source: unknown): source is MapDataset {
  return (
    typeof source === 'object' &&
    source !== null &&
    'length' in source &&
    'get' in source &&
    typeof source.get === 'function'
  );
}

async function* samplesOf(source: DatasetSource): AsyncGenerator<unknown, void, undefined> {
  if (isMap(source)) {
    if (!Number.isSafeInteger(source.length) || source.length < 0) {
      throw new DataError(
        `the dataset has length ${source.length}: give a whole number of samples`,
      );
    }
    for (let index = 0; index < source.length; index++) {
      try {
        yield await source.get(index);
      } catch (error) {
        throw new DataError(`sample ${index}: get(${index}) threw: ${messageOf(error)}`, {
          cause: error,
        });
      }
    }
    return;
  }
  if (!isIterable(source)) {
    throw new DataError(
      'this is no dataset: give an object with length and get(index), or something to iterate over',
    );
  }
  let index = 0;
  try {
    for await (const sample of source) {
      yield sample;
      index += 1;
    }
  } catch (error) {
    throw new DataError(`sample ${index}: the iterator threw: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function isIterable(source: unknown): source is Iterable<unknown> | AsyncIterable<unknown> {
  return (
    typeof source === 'object' &&
    source !== null &&
    (Symbol.iterator in source || Symbol.asyncIterator in source)
  );
}
