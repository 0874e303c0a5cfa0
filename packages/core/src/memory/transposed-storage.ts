import { rowMajorStrides } from '../shape.js';
import type { HeapStorage, Storage } from './storage.js';
import { stridedCopy } from '../strided.js';
import type { Tensor } from '../tensor.js';

/**
 * The matrices of another tensor, transposed. Nothing is moved until somebody reads them row by
 * row; a matrix product reads the source instead, with a flag.
 */
export class TransposedStorage implements Storage {
  readonly readOnly = true;
  /** The transposed elements, once somebody read them. */
  private copy: Storage | null = null;
  /** The source's version that the copy was made from. */
  private copiedVersion = -1;

  constructor(readonly source: Tensor) {}

  get byteLength(): number {
    return this.source.byteLength;
  }

  get version(): number {
    return this.source.storage.version;
  }

  get owner(): HeapStorage | undefined {
    return this.source.storage.owner;
  }

  address(): number {
    const { source } = this;
    if (this.copy === null || this.copiedVersion !== this.version || isReleased(this.copy)) {
      this.copy = transposedCopy(source).storage;
      this.copiedVersion = this.version;
    }
    return this.copy.address();
  }

  release(reason: string): void {
    this.copy?.release?.(reason);
    this.copy = null;
  }
}

function isReleased(storage: Storage): boolean {
  return storage.owner?.released === true;
}

function transposedCopy(source: Tensor): Tensor {
  const shape = transposedShape(source.shape);
  source.address();
  return stridedCopy(source, shape, transposedShape(rowMajorStrides(source.shape)));
}

/** A list with its last two entries exchanged. */
export function transposedShape(shape: readonly number[]): number[] {
  const { length } = shape;
  return [
    ...shape.slice(0, length - 2),
    ...shape.slice(length - 1),
    ...shape.slice(length - 2, -1),
  ];
}

/** How a matrix product reads an operand: the tensor that lies in memory, and whether to transpose it. */
export interface MatrixOperand {
  readonly stored: Tensor;
  readonly transposed: boolean;
}

/** Looks through a transposition; brings the operand into the heap. */
export function matrixOperand(x: Tensor): MatrixOperand {
  const { storage } = x;
  if (storage instanceof TransposedStorage && showsWhole(x, storage)) {
    storage.source.storage.address();
    return { stored: storage.source, transposed: true };
  }
  storage.address();
  return { stored: x, transposed: false };
}

/** Whether `x` is all of a transposed tensor, with the same matrices. */
function showsWhole(x: Tensor, { source }: TransposedStorage): boolean {
  return (
    x.rank >= 2 &&
    x.size === source.size &&
    x.shape.at(-1) === source.shape.at(-2) &&
    x.shape.at(-2) === source.shape.at(-1)
  );
}

/** The tensor that a transposed one is the transpose of, if it is all of it. */
export function sourceOf(x: Tensor): Tensor | null {
  const { storage } = x;
  const whole = storage instanceof TransposedStorage && showsWhole(x, storage);
  return whole && x.rank === storage.source.rank ? storage.source : null;
}
