import type { DType } from './dtype.js';
import { engine } from './engine.js';
import { permute } from './ops/permute.js';
import { elementCount, normalizeAxes, type Shape } from './shape.js';
import { emptyTensor, type Tensor } from './tensor.js';

export interface ReduceOptions {
  /** Axis or axes to reduce over; all of them when left out. */
  readonly axis?: number | readonly number[];
  /** Keep the reduced axes, with size 1. */
  readonly keepdim?: boolean;
}

/** The shape in which the reduced axes are kept with size 1. */
export function keptShape(op: string, shape: Shape, axis: ReduceOptions['axis']): number[] {
  const axes = normalizeAxes(op, axis, shape.length);
  return shape.map((size, i) => (axes.includes(i) ? 1 : size));
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
  const axes = normalizeAxes(op, options.axis, x.rank);
  const kept = x.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]));
  const first = axes[0] ?? 0;
  const adjacent = axes.every((axis, i) => axis === first + i);
  const source = adjacent ? x : permute(x, [...kept, ...axes]);
  const outer = adjacent ? elementCount(x.shape.slice(0, first)) : countOf(x.shape, kept);
  const inner = adjacent ? elementCount(x.shape.slice(first + axes.length)) : 1;
  const shape = options.keepdim
    ? keptShape(op, x.shape, options.axis)
    : kept.map((axis) => x.shape[axis] ?? 1);
  const out = emptyTensor(shape, result, op);
  const length = countOf(x.shape, axes);
  engine().kernel(op, x.dtype)(out.address(), source.address(), outer, length, inner);
  return out;
}

function countOf(shape: Shape, axes: readonly number[]): number {
  return elementCount(axes.map((axis) => shape[axis] ?? 1));
}
