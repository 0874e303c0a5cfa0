import { DTypeError, ShapeError, ValueError } from '@dltrain/core';
import type { Column } from './dataset.js';
import {
  columnArray,
  defaultMaxBytes,
  GrowingArray,
  type ColumnArray,
  type ColumnDType,
} from './growing-array.js';

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
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number> };

interface Flat {
  readonly dtype: ColumnDType;
  readonly shape: readonly number[];
  readonly data: ColumnArray;
}

/** Puts samples one after another, the first of which settles shape and dtype. */
export class ColumnBuilder {
  #elements: GrowingArray<ColumnDType> | null = null;
  #shape: readonly number[] = [];
  #first = '';

  constructor(
    private readonly kind: 'input' | 'target',
    private readonly options: { readonly length?: number; readonly maxBytes?: number } = {},
  ) {}

  /** Appends a sample; `place` names it in errors. */
  push(value: unknown, place: string): void {
    const flat = flatten(value, this.kind, place);
    if (this.#elements === null) {
      const { length = 64, maxBytes = defaultMaxBytes } = this.options;
      this.#elements = new GrowingArray(flat.dtype, length * flat.data.length, maxBytes);
      this.#shape = flat.shape;
      this.#first = place;
    } else if (flat.shape.join() !== this.#shape.join()) {
      throw new ShapeError(
        `${place}: ${this.kind} has shape [${flat.shape.join(', ')}], but that of ${this.#first} is [${this.#shape.join(', ')}]`,
      );
    } else if (flat.dtype !== this.#elements.dtype) {
      throw new DTypeError(
        `${place}: ${this.kind} is ${flat.dtype}, but that of ${this.#first} is ${this.#elements.dtype}`,
      );
    }
    this.#elements.pushAll(flat.data);
  }

  finish(): Column {
    if (this.#elements === null) throw new ValueError('a dataset of 0 samples: it needs at least one');
    return { dtype: this.#elements.dtype, shape: this.#shape, data: this.#elements.finish() };
  }
}

/** The dtype of a typed array that can be a column as it is. */
export function dtypeOf(data: ColumnArray): ColumnDType {
  if (data instanceof Float32Array) return 'f32';
  if (data instanceof Int32Array) return 'i32';
  return 'u8';
}

/**
 * A typed array as column elements: f64 is rounded to f32; targets are never bytes, so u8 becomes
 * i32.
 */
export function typedColumn(value: ArrayBufferView, what: string): ColumnArray {
  if (value instanceof Float32Array || value instanceof Int32Array) return value;
  if (value instanceof Float64Array) return Float32Array.from(value);
  if (value instanceof Uint8Array || value instanceof Uint8ClampedArray) {
    return what.startsWith('target')
      ? Int32Array.from(value)
      : new Uint8Array(value.buffer, value.byteOffset, value.length);
  }
  throw new DTypeError(
    `${what}: a ${value.constructor.name} cannot be trained on; use Float32Array, Float64Array, Int32Array or Uint8Array`,
  );
}

function flatten(value: unknown, kind: 'input' | 'target', place: string): Flat {
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
    `${place}: ${kind} is ${describe(value)}; give a number, nested lists of numbers, a typed array, or { shape, data }`,
  );
}

function flattenList(list: readonly unknown[], kind: 'input' | 'target', place: string): Flat {
  const shape: number[] = [];
  let dtype: ColumnDType = 'f32';
  for (let node: unknown = list; typeof node !== 'number'; ) {
    if (Array.isArray(node)) {
      shape.push(node.length);
      if (node.length === 0) throw new ShapeError(`${place}: ${kind} has an empty list in it`);
      node = node[0];
    } else if (ArrayBuffer.isView(node)) {
      const leaf = typedColumn(node, `${kind} of ${place}`);
      shape.push(leaf.length);
      dtype = dtypeOf(leaf);
      break;
    } else {
      throw notANumber(node, kind, place);
    }
  }
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
    for (let index = 0; index < items.length; index++) fill(items[index], depth + 1);
  };
  fill(list, 0);
  const data = columnArray(dtype, numbers.length);
  data.set(numbers);
  return { dtype, shape, data };
}

function flattenShaped(
  data: unknown,
  shape: unknown,
  kind: 'input' | 'target',
  place: string,
): Flat {
  const sizes: readonly unknown[] = Array.isArray(shape) ? shape : [];
  const wholeSizes = sizes.filter((size) => typeof size === 'number' && Number.isSafeInteger(size) && size > 0);
  if (!Array.isArray(shape) || wholeSizes.length !== sizes.length) {
    throw new ShapeError(`${place}: ${kind} has shape ${describe(shape)}; give a list of positive integers`);
  }
  const checked = wholeSizes as number[];
  const items = itemsOf(data);
  if (items === null) throw notANumber(data, kind, place);
  const count = checked.reduce((product, size) => product * size, 1);
  if (items.length !== count) {
    throw new ShapeError(
      `${place}: ${kind} has ${items.length} elements, but its shape [${checked.join(', ')}] has ${count}`,
    );
  }
  const flat = flatten(data, kind, place);
  return { dtype: flat.dtype, shape: checked, data: flat.data };
}

function itemsOf(value: unknown): ArrayLike<unknown> | null {
  if (Array.isArray(value)) return value;
  return ArrayBuffer.isView(value) && 'length' in value ? (value as Uint8Array) : null;
}

function notANumber(value: unknown, kind: string, place: string): DTypeError {
  return new DTypeError(`${place}: ${kind} holds ${describe(value)} where a number should be`);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'object') return value.constructor === Object ? 'an object' : `a ${value.constructor?.name ?? 'thing'}`;
  return String(value);
}
