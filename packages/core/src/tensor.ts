import type { Cut, Node } from './autodiff/node.js';
import { bytesPerElement, checkDType, viewOf, type DType, type TypedArray } from './dtype.js';
import { engine } from './engine.js';
import { DTypeError, GradientError, ShapeError, ValueError } from './errors.js';
import { formatTensor } from './format.js';
import { elementCount, formatShape, sameShape, type Shape } from './shape.js';
import type { Storage } from './memory/storage.js';

/** Lists of numbers, as deep as there are axes. */
export type NestedArray = number | boolean | readonly NestedArray[];

/**
 * An n-dimensional array: a dtype, a shape, and contiguous row-major elements in shared memory.
 * Operations are functions (`add(a, b)`) and methods (`a.add(b)`); none changes its operands.
 *
 * @example
 * const x = tensor([[1, 2], [3, 4]]);
 * x.matmul(x).sum().item(); // 54
 */
export class Tensor {
  /** The gradient that `backward()` left here, of the same shape; null before. */
  grad: Tensor | null = null;
  /** How the tensor was made, when that was recorded. */
  node: Node | null = null;
  /** The call behind this tensor that cut it off from what requires a gradient, for errors. */
  cut: Cut | null = null;
  /** Number of elements. */
  readonly size: number;

  private wantsGrad = false;

  constructor(
    readonly shape: Shape,
    readonly dtype: DType,
    readonly storage: Storage,
    /** Where the elements begin in the storage, in bytes. */
    readonly byteOffset = 0,
  ) {
    this.size = elementCount(shape);
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  get byteLength(): number {
    return this.size * bytesPerElement(this.dtype);
  }

  /** Whether gradients flow to this tensor: a leaf that asked for them, or made from one. */
  get requiresGrad(): boolean {
    return this.wantsGrad || this.node !== null;
  }

  set requiresGrad(wanted: boolean) {
    if (wanted && this.dtype !== 'f32' && this.dtype !== 'f64') {
      throw new GradientError(
        `${this.dtype === 'i32' ? 'an' : 'a'} ${this.dtype} tensor has no gradient; only f32 and f64 do: convert it with to('f32')`,
      );
    }
    this.wantsGrad = wanted;
  }

  /** Byte address of the first element, for a kernel call that follows at once. */
  address(): number {
    return this.storage.address() + this.byteOffset;
  }

  /** The elements in place; valid until the next operation, so copy what you want to hold. */
  view(...none: readonly never[]): TypedArray {
    if (none.length > 0) {
      throw new ValueError(
        'view: gives the elements as a typed array, for which it takes nothing; use reshape([2, 3]) for another shape',
      );
    }
    const active = engine();
    active.nextOp();
    return viewOf(this.dtype, active.memory, this.address(), this.size);
  }

  /** A copy of the elements, row by row. */
  toArray(): TypedArray {
    return this.view().slice();
  }

  /** A copy of the elements as nested lists; truth values as booleans. */
  toList(): NestedArray {
    const data = this.view();
    const convert = (value: number) => (this.dtype === 'bool' ? value !== 0 : value);
    const build = (axis: number, start: number, stride: number): NestedArray => {
      const length = this.shape[axis];
      if (length === undefined) return convert(data[start] ?? NaN);
      const step = stride / length;
      return Array.from({ length }, (_, i) => build(axis + 1, start + i * step, step));
    };
    return build(0, 0, this.size);
  }

  /** The number in a tensor of one element. @throws ShapeError when there are more or none */
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError(
        `item: a tensor of shape ${formatShape(this.shape)} is not one number; use toArray()`,
      );
    }
    return this.view()[0] ?? NaN;
  }

  /** Exempts the tensor from release at the end of a scope or of a later `backward()`. */
  keep(): this {
    const { owner } = this.storage;
    if (owner !== undefined) owner.kept = true;
    return this;
  }

  /** The same elements, with no memory of how they were made. */
  detach(): Tensor {
    return new Tensor(this.shape, this.dtype, this.storage, this.byteOffset);
  }

  /**
   * Writes another tensor's elements over this one's, in place.
   * @throws GradientError when this tensor is a result that was recorded, or a transposed reading of
   *   another; ShapeError when the shapes differ; DTypeError when the dtypes do
   */
  assign(source: Tensor): this {
    if (this.node !== null || this.storage.readOnly === true) {
      throw new GradientError(
        'assign: this tensor is the result of an operation, whose derivative may need it; assign to ' +
          'a leaf, or to a copy made with clone().detach()',
      );
    }
    if (source.dtype !== this.dtype) {
      throw new DTypeError(`assign: cannot write ${source.dtype} into ${this.dtype}; use to(...)`);
    }
    if (!sameShape(source.shape, this.shape)) {
      throw new ShapeError(
        `assign: shape ${formatShape(source.shape)} does not fit ${formatShape(this.shape)}`,
      );
    }
    engine().nextOp();
    const to = this.address();
    const from = source.address();
    new Uint8Array(engine().memory).copyWithin(to, from, from + this.byteLength);
    this.storage.version++;
    return this;
  }

  /**
   * Puts other bytes in the place of this leaf's, of the same length: for parameters, which live
   * where a training run wants them. The storage is replaced for good, not copied.
   */
  protected rebind(storage: Storage): void {
    (this as { storage: Storage }).storage = storage;
  }

  toString(): string {
    return formatTensor(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return formatTensor(this);
  }
}

/** A new tensor whose elements are whatever was there before; the caller writes all of them. */
export function emptyTensor(shape: Shape, dtype: DType, label: string): Tensor {
  checkDType(label, dtype);
  const bytes = elementCount(shape) * bytesPerElement(dtype);
  return new Tensor(shape, dtype, engine().allocate(bytes, label));
}
