import type { DType, FloatDType, TypedArray } from './dtype.js';
import { engine } from './engine.js';
import { ShapeError, ValueError } from './errors.js';
import { checkShape, elementCount, formatShape, type Shape } from './shape.js';
import { requireTensor } from './operands.js';
import { describeValue } from './describe-value.js';
import { checkOptions, type OptionNames } from './options.js';
import { emptyTensor, Tensor, type NestedArray } from './tensor.js';

export interface TensorOptions {
  readonly dtype?: DType;
  /** The shape of a flat typed array. */
  readonly shape?: Shape;
  readonly requiresGrad?: boolean;
}

const tensorNames: OptionNames<TensorOptions> = { dtype: true, shape: true, requiresGrad: true };

/**
 * A tensor with the given elements: a number, nested lists, or a flat typed array with a `shape`.
 * The dtype is that of a typed array, `bool` for booleans, else `f32`.
 *
 * @throws ShapeError when lists have unequal lengths or the count does not fit the shape
 *
 * @example
 * tensor([[1, 2, 3], [4, 5, 6]]); // f32 [2, 3]
 * tensor(new Uint8Array(784), { shape: [28, 28] }); // u8 [28, 28]
 */
export function tensor(data: NestedArray | TypedArray, options: TensorOptions = {}): Tensor {
  checkOptions('tensor', options, tensorNames);
  const flat = isTypedArray(data) ? data : flatten(data);
  const shape = options.shape ?? (isTypedArray(data) ? [data.length] : nestedShape(data));
  checkShape('tensor', shape);
  if (elementCount(shape) !== flat.length) {
    throw new ShapeError(
      `tensor: ${flat.length} elements do not fill shape ${formatShape(shape)}, which has ${elementCount(shape)}`,
    );
  }
  const dtype = options.dtype ?? (isTypedArray(data) ? dtypeOf(data) : nestedDType(data));
  engine().nextOp();
  const result = emptyTensor(shape, dtype, 'tensor');
  if (dtype === 'bool') result.view().set(Array.from(flat, (value) => (value === 0 ? 0 : 1)));
  else result.view().set(flat);
  if (options.requiresGrad) result.requiresGrad = true;
  return result;
}

interface FillOptions {
  readonly dtype?: DType;
  readonly requiresGrad?: boolean;
}

const fillNames: OptionNames<FillOptions> = { dtype: true, requiresGrad: true };

const dtypeNames: OptionNames<{ readonly dtype?: DType }> = { dtype: true };

/** A tensor with every element equal to `value`. */
export function full(shape: Shape, value: number, options: FillOptions = {}): Tensor {
  return filled('full', shape, value, options);
}

function filled(op: string, shape: Shape, value: number, options: FillOptions): Tensor {
  checkOptions(op, options, fillNames);
  checkShape(op, shape);
  engine().nextOp();
  const result = emptyTensor(shape, options.dtype ?? 'f32', op);
  const element = result.dtype === 'bool' && value !== 0 ? 1 : value;
  engine().kernel('fill', result.dtype)(result.address(), element, result.size);
  if (options.requiresGrad) result.requiresGrad = true;
  return result;
}

/** A tensor of zeros. */
export function zeros(shape: Shape, options: FillOptions = {}): Tensor {
  return filled('zeros', shape, 0, options);
}

/** A tensor of ones. */
export function ones(shape: Shape, options: FillOptions = {}): Tensor {
  return filled('ones', shape, 1, options);
}

/** A value in the shape, and unless another is given the dtype, of another tensor. */
export function fullLike(like: Tensor, value: number, options: FillOptions = {}): Tensor {
  requireTensor('fullLike', like);
  checkOptions('fullLike', options, fillNames);
  return full(like.shape, value, { dtype: like.dtype, ...options });
}

/** Zeros in the shape and dtype of another tensor. */
export function zerosLike(like: Tensor): Tensor {
  return fullLike(like, 0);
}

/** Ones in the shape and dtype of another tensor. */
export function onesLike(like: Tensor): Tensor {
  return fullLike(like, 1);
}

/**
 * The matrix with ones on its main diagonal and zeros elsewhere, square unless its columns are given.
 * @throws ShapeError for a size that is not whole or negative
 *
 * @example
 * eye(2); // [[1, 0], [0, 1]]
 */
export function eye(rows: number, columns = rows, options: FillOptions = {}): Tensor {
  checkShape('eye', [rows, columns]);
  checkOptions('eye', options, fillNames);
  const result = zeros([rows, columns], options);
  const elements = result.view();
  for (let i = 0; i < Math.min(rows, columns); i++) elements[i * (columns + 1)] = 1;
  return result;
}

/**
 * The numbers `start`, `start + step`, ... below (or above) `end`, or `0`, `1`, ... below a single
 * number; i32 when all are whole, else f32. There are none where a step leads away from the end.
 * @throws ValueError when they never end
 *
 * @example
 * arange(3); // [0, 1, 2]
 * arange(5, 0, -2); // [5, 3, 1]
 */
export function arange(
  start: number,
  end?: number,
  step = 1,
  options: { readonly dtype?: DType } = {},
): Tensor {
  checkOptions('arange', options, dtypeNames);
  if (end === undefined) return arange(0, start, step, options);
  const count = Math.max(0, Math.ceil((end - start) / step));
  const whole = [start, end, step].every(Number.isInteger);
  if (!Number.isFinite(count)) {
    throw new ValueError(`arange: from ${start} to ${end} by ${step} never ends; give a step`);
  }
  return tensor(
    Float64Array.from({ length: count }, (_, i) => start + i * step),
    {
      dtype: options.dtype ?? (whole ? 'i32' : 'f32'),
    },
  );
}

/** `count` numbers from `start` to `end`, both included, equally far apart. */
export function linspace(
  start: number,
  end: number,
  count: number,
  options: { readonly dtype?: FloatDType } = {},
): Tensor {
  checkOptions('linspace', options, dtypeNames);
  if (!Number.isInteger(count) || count < 0) {
    throw new ValueError(
      `linspace: the count must be a whole number of zero or more, not ${count}`,
    );
  }
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  const values = Float64Array.from({ length: count }, (_, i) =>
    // Counted from the nearer end, so that both ends are exact.
    i < count / 2 ? start + i * step : end - (count - 1 - i) * step,
  );
  return tensor(values, { dtype: options.dtype ?? 'f32' });
}

function isTypedArray(data: unknown): data is TypedArray {
  return (
    data instanceof Float32Array ||
    data instanceof Float64Array ||
    data instanceof Int32Array ||
    data instanceof Uint8Array
  );
}

function dtypeOf(data: TypedArray): DType {
  if (data instanceof Float32Array) return 'f32';
  if (data instanceof Float64Array) return 'f64';
  return data instanceof Int32Array ? 'i32' : 'u8';
}

function isList(data: NestedArray | undefined): data is readonly NestedArray[] {
  return Array.isArray(data);
}

function nestedDType(data: NestedArray): DType {
  let first: NestedArray | undefined = data;
  while (isList(first)) first = first[0];
  return typeof first === 'boolean' ? 'bool' : 'f32';
}

function nestedShape(data: NestedArray): number[] {
  const shape: number[] = [];
  for (let level: NestedArray | undefined = data; isList(level); level = level[0]) {
    shape.push(level.length);
  }
  return shape;
}

function flatten(data: NestedArray): number[] {
  const shape = nestedShape(data);
  const flat: number[] = [];
  const walk = (value: NestedArray, axis: number): void => {
    if (typeof value === 'number' || typeof value === 'boolean') {
      if (axis !== shape.length) throw ragged(shape, axis, 'a number');
      flat.push(Number(value));
    } else {
      if (!isList(value)) throw notAnElement(value);
      if (value.length !== shape[axis]) throw ragged(shape, axis, `a list of ${value.length}`);
      for (const item of value) walk(item, axis + 1);
    }
  };
  walk(data, 0);
  return flat;
}

function notAnElement(value: unknown): ValueError {
  const remedy = value instanceof Tensor ? '; stack() and cat() join tensors' : '';
  return new ValueError(
    `tensor: takes numbers and truth values in nested lists, or a typed array, not ${describeValue(value)}${remedy}`,
  );
}

function ragged(shape: Shape, axis: number, found: string): ShapeError {
  const expected = axis < shape.length ? `a list of ${shape[axis]}` : 'a number';
  return new ShapeError(
    `tensor: the lists are ragged: ${found} at depth ${axis}, where the first has ${expected}`,
  );
}
