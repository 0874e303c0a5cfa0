import { ShapeError, ValueError } from '@dltrain/core';
import { ColumnBuilder } from './column-builder.js';
import type { ColumnArray, ColumnDType } from './growing-array.js';
import { dtypeOf, typedColumn, type SampleValue } from './sample-value.js';

/**
 * The inputs or the targets of every sample, one after another.
 *
 * `u8` inputs are bytes of images: training sees them divided by 255, as after torchvision's
 * `ToTensor`. `i32` targets of shape `[]` are class indices.
 */
export interface Column {
  readonly dtype: ColumnDType;
  /** Shape of one sample: `[1, 28, 28]`, `[4]`, or `[]` for a class index. */
  readonly shape: readonly number[];
  /** `length * product(shape)` elements, row-major. */
  readonly data: ColumnArray;
  /** For class indices: how many classes there are; one more than the largest index if not told. */
  readonly classes?: number;
  /** For class indices: the name of each class. */
  readonly classNames?: readonly string[];
}

/** Samples in memory. The arrays are not copied: leave them alone until training has begun. */
export interface Dataset {
  /** Number of samples. */
  readonly length: number;
  readonly inputs: Column;
  /** `null` for samples to predict, which have none. */
  readonly targets: Column | null;
}

/** What may hold a column: a flat typed array, or one value a sample (see {@link SampleValue}). */
export type ColumnSource =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | readonly SampleValue[];

export interface ArraysOptions {
  readonly inputs: ColumnSource;
  /** Shape of one input; needed for a flat typed array, inferred from nested arrays. */
  readonly shape?: readonly number[];
  readonly targets?: ColumnSource | null;
  /** Shape of one target; inferred when left out. */
  readonly targetShape?: readonly number[];
  /** Number of classes, if it may be larger than the largest class index present. */
  readonly classes?: number;
  readonly classNames?: readonly string[];
}

/**
 * A dataset from arrays.
 *
 * Typed arrays are taken as they are, flat and row-major (`Float64Array` is rounded to f32).
 * Plain arrays hold one value a sample; nested numbers become f32. A *target* that is a bare number
 * is a class index; for regression give a list, `[y]`. NaN and infinities are kept.
 *
 * @throws {ShapeError} if lengths and shapes do not fit together.
 * @throws {ValueError} for an empty dataset, or a class index that is not one.
 * @example
 * const xor = datasetFromArrays({ inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [0, 1, 1, 0] });
 * const line = datasetFromArrays({ inputs: [[0], [1]], targets: [[0.5], [2.5]] });
 * const images = datasetFromArrays({ inputs: new Uint8Array(2 * 784), shape: [1, 28, 28], targets: new Int32Array(2) });
 */
export function datasetFromArrays(options: ArraysOptions): Dataset {
  const inputs = columnFrom('input', options.inputs, options.shape, undefined);
  const { targets } = options;
  if (targets === undefined || targets === null) return makeDataset(inputs.length, inputs.column);
  const target = columnFrom('target', targets, options.targetShape, inputs.length);
  if (target.length !== inputs.length) {
    throw new ShapeError(
      `${inputs.length} inputs but ${target.length} targets: give one target an input`,
    );
  }
  return makeDataset(inputs.length, inputs.column, {
    ...target.column,
    ...(options.classes === undefined ? {} : { classes: options.classes }),
    ...(options.classNames === undefined ? {} : { classNames: options.classNames }),
  });
}

/** Checks columns against each other and freezes them into a dataset. */
export function makeDataset(
  length: number,
  inputs: Column,
  targets: Column | null = null,
): Dataset {
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new ValueError(`a dataset of ${length} samples: it needs at least one`);
  }
  checkColumn('inputs', inputs, length);
  if (targets !== null) checkColumn('targets', targets, length);
  return Object.freeze({
    length,
    inputs: freezeColumn(inputs),
    targets: targets === null ? null : freezeColumn(withClasses(targets)),
  });
}

/** Number of elements of a shape; throws unless every size is a positive integer. */
function elementCount(shape: readonly number[], what: string): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new ShapeError(
        `${what} have shape [${shape.join(', ')}]: every size must be a positive integer`,
      );
    }
    count *= size;
  }
  if (!Number.isSafeInteger(count)) {
    throw new ShapeError(
      `${what} have shape [${shape.join(', ')}]: that is more elements than can be counted`,
    );
  }
  return count;
}

function columnFrom(
  kind: 'input' | 'target',
  source: ColumnSource,
  shape: readonly number[] | undefined,
  length: number | undefined,
): { length: number; column: Column } {
  if (isList(source)) {
    const builder = new ColumnBuilder(kind, { length: source.length });
    for (const [index, value] of source.entries()) builder.push(value, `sample ${index}`);
    const column = builder.finish();
    return { length: source.length, column: seenAs(column, shape, `${kind}s`) };
  }
  const data = typedColumn(source, `${kind}s`);
  const known = shape ?? (length === undefined ? undefined : inferredShape(kind, data, length));
  if (known === undefined) {
    throw new ShapeError(
      `inputs are a flat array of ${data.length} elements: give the shape of one sample, such as shape: [784]`,
    );
  }
  const size = elementCount(known, `${kind}s`);
  if (data.length % size !== 0) {
    throw new ShapeError(
      `${kind}s hold ${data.length} elements, which is no whole number of samples of shape [${known.join(', ')}] (${size} elements each)`,
    );
  }
  return { length: data.length / size, column: { dtype: dtypeOf(data), shape: known, data } };
}

/** A flat array of one target a sample: class indices if integers, else vectors of one number. */
function inferredShape(kind: string, data: ColumnArray, length: number): readonly number[] {
  if (length < 1 || data.length % length !== 0) {
    throw new ShapeError(
      `${length} inputs but ${data.length} ${kind} elements: give one ${kind} an input`,
    );
  }
  const size = data.length / length;
  return size === 1 && !(data instanceof Float32Array) ? [] : [size];
}

/** The same elements with another shape of one sample. */
export function seenAs(column: Column, shape: readonly number[] | undefined, what: string): Column {
  if (shape === undefined) return column;
  const size = elementCount(shape, what);
  if (size !== elementCount(column.shape, what)) {
    throw new ShapeError(
      `${what} have shape [${column.shape.join(', ')}], which cannot be seen as [${shape.join(', ')}] (${size} elements)`,
    );
  }
  return { ...column, shape };
}

function isList(source: ColumnSource): source is readonly SampleValue[] {
  return Array.isArray(source);
}

function checkColumn(what: string, column: Column, length: number): void {
  const size = elementCount(column.shape, what);
  if (dtypeOf(column.data) !== column.dtype) {
    throw new ValueError(
      `${what} say ${column.dtype} but are held in a ${column.data.constructor.name}`,
    );
  }
  if (column.data.length !== length * size) {
    throw new ShapeError(
      `${what} hold ${column.data.length} elements, but ${length} samples of shape [${column.shape.join(', ')}] are ${length * size}`,
    );
  }
  if (what === 'targets' && column.dtype === 'u8') {
    throw new ValueError('targets are u8: use i32 for class indices, f32 for numbers');
  }
}

/** Completes a column of class indices with the number of classes, and checks every index. */
function withClasses(column: Column): Column {
  if (column.dtype !== 'i32' || column.shape.length > 0) {
    if (column.classes !== undefined || column.classNames !== undefined) {
      throw new ValueError(
        `classes are given, but targets are ${column.dtype} of shape [${column.shape.join(', ')}]: class indices are integers, one a sample`,
      );
    }
    return column;
  }
  let largest = 0;
  for (const [sample, index] of column.data.entries()) {
    if (index < 0)
      throw new ValueError(`target of sample ${sample} is ${index}: class indices begin at 0`);
    if (index > largest) largest = index;
  }
  const classes = column.classes ?? column.classNames?.length ?? largest + 1;
  if (!Number.isSafeInteger(classes) || largest >= classes) {
    const sample = column.data.indexOf(largest);
    throw new ValueError(
      `target of sample ${sample} is ${largest}, but there are ${classes} classes (0 to ${classes - 1})`,
    );
  }
  if (column.classNames !== undefined && column.classNames.length !== classes) {
    throw new ValueError(`${classes} classes but ${column.classNames.length} class names`);
  }
  return { ...column, classes };
}

function freezeColumn(column: Column): Column {
  return Object.freeze({
    ...column,
    shape: Object.freeze([...column.shape]),
    ...(column.classNames === undefined
      ? {}
      : { classNames: Object.freeze([...column.classNames]) }),
  });
}
