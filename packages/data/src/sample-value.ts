import { describeValue, DTypeError, ShapeError, ValueError } from '@dltrain/core';
import { columnArray, type ColumnArray, type ColumnDType } from './growing-array.js';

/**
 * The input or the target of one sample: a number, nested lists of numbers (f32), a typed array, a
 * list of typed arrays, or elements with their shape.
 */
export type SampleValue =
  | number
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | readonly SampleValue[]
  | { readonly shape: readonly number[]; readonly data: SampleValue };

interface Flat {
  readonly dtype: ColumnDType;
  readonly shape: readonly number[];
  readonly data: ColumnArray;
}

/** The dtype of a typed array that can be a column as it is. */
export function dtypeOf(data: ArrayBufferView): ColumnDType {
  if (data instanceof Float32Array) return 'f32';
  if (data instanceof Int32Array) return 'i32';
  if (data instanceof Uint8Array) return 'u8';
  throw new DTypeError(
    `a column is held in a ${data.constructor.name}; use Float32Array, Int32Array or Uint8Array`,
  );
}

/**
 * A typed array as column elements: f64 is rounded to f32; targets are never bytes, so u8 becomes
 * i32.
 */
export function typedColumn(value: ArrayBufferView, what: string): ColumnArray {
  if (value instanceof Float32Array || value instanceof Int32Array) return value;
  if (value instanceof Float64Array) return Float32Array.from(value);
  if (value instanceof Uint8Array || value instanceof Uint8ClampedArray) {
    if (what.startsWith('target')) return Int32Array.from(value);
    return value instanceof Uint8Array
      ? value
      : new Uint8Array(value.buffer, value.byteOffset, value.length);
  }
  throw new DTypeError(
    `${what}: a ${value.constructor.name} cannot be trained on; use Float32Array, Float64Array, Int32Array or Uint8Array`,
  );
}

/** The elements of one sample's input or target in a row; `place` names it in errors. */
export function flatten(value: unknown, kind: 'input' | 'target', place: string): Flat {
  if (typeof value === 'number') {
    if (kind === 'input') return { dtype: 'f32', shape: [1], data: Float32Array.of(value) };
    if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
      throw new ValueError(
        `${place}: target is ${value}, but a bare number is a class index (0, 1, ...); for regression give a list, [${value}]`,
      );
    }
    return { dtype: 'i32', shape: [], data: Int32Array.of(value) };
  }
  if (ArrayBuffer.isView(value)) {
    const data = typedColumn(value, `${kind} of ${place}`);
    return { dtype: dtypeOf(data), shape: [data.length], data };
  }
  if (Array.isArray(value)) return flattenList(value, kind, place);
  if (typeof value === 'object' && value !== null && 'data' in value && 'shape' in value) {
    return flattenShaped(value.data, value.shape, kind, place);
  }
  throw new DTypeError(
    `${place}: ${kind} is ${describeValue(value)}; give a number, nested lists of numbers, a typed array, or { shape, data }`,
  );
}

function flattenList(list: readonly unknown[], kind: 'input' | 'target', place: string): Flat {
  const { shape, leaf } = outline(list, kind, place);
  const numbers: number[] = [];
  const fill = (node: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof node !== 'number') throw notANumber(node, kind, place);
      numbers.push(node);
      return;
    }
    const items = itemsOf(node);
    if (items === null) throw notANumber(node, kind, place);
    if (items.length !== shape[depth]) {
      throw new ShapeError(
        `${place}: ${kind} is ragged: a list of ${items.length} where the first has ${shape[depth]}`,
      );
    }
    if (depth === shape.length - 1 && items.constructor !== leaf.constructor) {
      throw new DTypeError(
        `${place}: ${kind} mixes ${leaf.constructor.name} and ${items.constructor.name}: use one of them`,
      );
    }
    for (const item of items) fill(item, depth + 1);
  };
  fill(list, 0);
  const dtype = ArrayBuffer.isView(leaf)
    ? dtypeOf(typedColumn(leaf, `${kind} of ${place}`))
    : 'f32';
  const data = columnArray(dtype, numbers.length);
  data.set(numbers);
  return { dtype, shape, data };
}

/** Sizes of nested lists along their first elements, and the innermost list on that way. */
function outline(
  list: readonly unknown[],
  kind: string,
  place: string,
): { shape: number[]; leaf: ArrayLike<unknown> } {
  const shape: number[] = [];
  let leaf: ArrayLike<unknown> = list;
  for (let node: unknown = list; typeof node !== 'number'; node = leaf[0]) {
    const items = itemsOf(node);
    if (items === null) throw notANumber(node, kind, place);
    if (items.length === 0) throw new ShapeError(`${place}: ${kind} has an empty list in it`);
    shape.push(items.length);
    leaf = items;
  }
  return { shape, leaf };
}

function flattenShaped(
  data: unknown,
  shape: unknown,
  kind: 'input' | 'target',
  place: string,
): Flat {
  if (!isShape(shape)) {
    throw new ShapeError(
      `${place}: ${kind} has shape ${describeValue(shape)}; give a list of positive integers`,
    );
  }
  const flat = flatten(data, kind, place);
  const count = shape.reduce((product, size) => product * size, 1);
  if (flat.data.length !== count) {
    throw new ShapeError(
      `${place}: ${kind} has ${flat.data.length} elements, but its shape [${shape.join(', ')}] has ${count}`,
    );
  }
  return { dtype: flat.dtype, shape, data: flat.data };
}

function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.every((size) => typeof size === 'number' && Number.isSafeInteger(size) && size > 0)
  );
}

type List = ArrayLike<unknown> & Iterable<unknown>;

function itemsOf(value: unknown): List | null {
  if (Array.isArray(value)) return value as readonly unknown[];
  return ArrayBuffer.isView(value) && 'length' in value ? (value as Uint8Array) : null;
}

function notANumber(value: unknown, kind: string, place: string): DTypeError {
  return new DTypeError(`${place}: ${kind} holds ${describeValue(value)} where a number should be`);
}
