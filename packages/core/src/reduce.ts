import { isFloat, type DType } from './dtype.js';
import { engine } from './engine.js';
import { DTypeError, ShapeError } from './errors.js';
import { requireTensor } from './operands.js';
import { permute } from './ops/shape/permute.js';
import { elementCount, formatShape, normalizeAxes, type Shape } from './shape.js';
import { emptyTensor, type Tensor } from './tensor.js';
import type { OptionNames } from './options.js';

export interface ReduceOptions {
  /** Axis or axes to reduce over; all of them when left out. */
  readonly axis?: number | readonly number[];
  /** Keep the reduced axes, with size 1. */
  readonly keepdim?: boolean;
}

export const reduceNames: OptionNames<ReduceOptions> = { axis: true, keepdim: true };

/** The shape in which the reduced axes are kept with size 1. */
export function keptShape(op: string, shape: Shape, axis: ReduceOptions['axis']): number[] {
  const axes = normalizeAxes(op, axis, shape.length);
  return shape.map((size, i) => (axes.includes(i) ? 1 : size));
}

/** How many elements go into each result. */
export function reducedLength(op: string, shape: Shape, axis: ReduceOptions['axis']): number {
  return countOf(shape, normalizeAxes(op, axis, shape.length));
}

/**
 * Runs a reducing kernel `(out, x, outer, length, inner)` over the given axes. Axes that do not lie
 * side by side are first moved together, so that an element's order of summation depends on the
 * reduced length alone.
 */
export function reduceAxes(
  op: string,
  x: Tensor,
  options: ReduceOptions,
  result: DType = x.dtype,
): Tensor {
  if (options.axis === undefined && options.keepdim !== true) {
    const out = emptyTensor([], result, op);
    engine().kernel(op, x.dtype)(out.address(), x.address(), 1, x.size, 1);
    return out;
  }
  const axes = normalizeAxes(op, options.axis, x.rank);
  const kept = x.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]));
  const shape = options.keepdim
    ? keptShape(op, x.shape, options.axis)
    : kept.map((axis) => x.shape[axis] ?? 1);
  const length = countOf(x.shape, axes);
  const [channel = 0] = kept;
  if (op === 'sum' && isFloat(x.dtype) && kept.length === 1 && isInner(channel, x.rank)) {
    const out = emptyTensor(shape, result, op);
    const before = elementCount(x.shape.slice(0, channel));
    const plane = elementCount(x.shape.slice(channel + 1));
    const kernel = engine().kernel('sumChannels', x.dtype);
    kernel(out.address(), x.address(), before, x.shape[channel] ?? 1, plane);
    return out;
  }
  const first = axes[0] ?? 0;
  const adjacent = axes.every((axis, i) => axis === first + i);
  const source = adjacent ? x : permute(x, [...kept, ...axes]);
  const outer = adjacent ? elementCount(x.shape.slice(0, first)) : countOf(x.shape, kept);
  const inner = adjacent ? elementCount(x.shape.slice(first + axes.length)) : 1;
  const out = emptyTensor(shape, result, op);
  engine().kernel(op, x.dtype)(out.address(), source.address(), outer, length, inner);
  return out;
}

function isInner(axis: number, rank: number): boolean {
  return axis > 0 && axis < rank - 1;
}

/** @throws ShapeError when there is no element to choose from */
export function checkNotEmpty(op: string, shape: Shape, axis: ReduceOptions['axis']): void {
  if (reducedLength(op, shape, axis) === 0 && elementCount(keptShape(op, shape, axis)) > 0) {
    throw new ShapeError(
      `${op}: ${formatShape(shape)} has no elements to choose from along the reduced axes`,
    );
  }
}

/** @throws DTypeError for whole numbers and truth values */
export function requireFloat(op: string, ...tensors: readonly Tensor[]): void {
  const first = tensors[0]?.dtype;
  for (const one of tensors) {
    requireTensor(op, one);
    const { dtype } = one;
    if (!isFloat(dtype)) {
      throw new DTypeError(`${op}: takes f32 or f64, not ${dtype}; convert with to('f32')`);
    }
    if (dtype !== first) {
      throw new DTypeError(
        `${op}: operands are ${first} and ${dtype}; convert one with to('${first}')`,
      );
    }
  }
}

function countOf(shape: Shape, axes: readonly number[]): number {
  return elementCount(axes.map((axis) => shape[axis] ?? 1));
}
