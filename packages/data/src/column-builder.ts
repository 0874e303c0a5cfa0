import { DTypeError, ShapeError, ValueError } from '@dltrain/core';
import type { Column } from './dataset.js';
import { defaultMaxBytes, GrowingArray, type ColumnDType } from './growing-array.js';
import { flatten } from './sample-value.js';

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
      const { length = 1, maxBytes = defaultMaxBytes } = this.options;
      this.#elements = new GrowingArray(flat.dtype, 64, maxBytes);
      this.#elements.reserve(length * flat.data.length);
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
    if (this.#elements === null)
      throw new ValueError('a dataset of 0 samples: it needs at least one');
    return { dtype: this.#elements.dtype, shape: this.#shape, data: this.#elements.finish() };
  }
}
