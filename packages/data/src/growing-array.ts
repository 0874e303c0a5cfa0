import { ValueError } from '@dltrain/core';

/** How an element of a column is stored. */
export type ColumnDType = 'f32' | 'i32' | 'u8';

export interface ColumnArrays {
  f32: Float32Array;
  i32: Int32Array;
  u8: Uint8Array;
}

export type ColumnArray = ColumnArrays[ColumnDType];

/**
 * The most bytes that one file or column may hold unless the caller says otherwise: half of the
 * 4 GiB that the shared memory of a run can have.
 */
export const defaultMaxBytes = 2 ** 31;

/** A typed array that doubles as numbers are pushed, up to a limit in bytes. */
export class GrowingArray<D extends ColumnDType> {
  #data: ColumnArrays[D];
  #length = 0;
  readonly #maxElements: number;

  constructor(
    readonly dtype: D,
    capacity: number,
    private readonly maxBytes = defaultMaxBytes,
  ) {
    this.#maxElements = Math.floor(maxBytes / (dtype === 'u8' ? 1 : 4));
    this.#data = columnArray(dtype, Math.min(capacity, this.#maxElements));
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#data.length) this.#grow(this.#length + 1);
    this.#data[this.#length++] = value;
  }

  pushAll(values: ColumnArray): void {
    const end = this.#length + values.length;
    if (end > this.#data.length) this.#grow(end);
    this.#data.set(values, this.#length);
    this.#length = end;
  }

  /** Makes room for so many elements in all, or says at once that they are too many. */
  reserve(elements: number): void {
    if (elements > this.#data.length) this.#grow(elements);
  }

  /** Exactly the elements pushed; the array must not be pushed to afterwards. */
  finish(): ColumnArrays[D] {
    if (this.#length === this.#data.length) return this.#data;
    const exact = columnArray(this.dtype, this.#length);
    exact.set(this.#data.subarray(0, this.#length));
    return exact;
  }

  #grow(needed: number): void {
    if (needed > this.#maxElements) {
      throw new ValueError(
        `more than ${this.maxBytes} bytes of data in one column: raise maxBytes, or use fewer samples`,
      );
    }
    const capacity = Math.min(this.#maxElements, Math.max(needed, 2 * this.#data.length, 64));
    const larger = columnArray(this.dtype, capacity);
    larger.set(this.#data);
    this.#data = larger;
  }
}

export function columnArray<D extends ColumnDType>(dtype: D, length: number): ColumnArrays[D];
export function columnArray(dtype: ColumnDType, length: number): ColumnArray {
  switch (dtype) {
    case 'f32':
      return new Float32Array(length);
    case 'i32':
      return new Int32Array(length);
    case 'u8':
      return new Uint8Array(length);
  }
}
