import { bytesPerElement } from '../../dtype.js';
import { engine } from '../../engine.js';
import { ShapeError } from '../../errors.js';
import { wrappedIndices } from './indices.js';
import { narrow } from '../shape/slice.js';
import {
  collapseAxes,
  formatShape,
  normalizeAxis,
  rowMajorStrides,
  type Shape,
} from '../../shape.js';
import type { Tensor } from '../../tensor.js';

/** Along which axis, counted from the front, elements are chosen. */
export interface AxisArgs {
  readonly axis: number;
}

/**
 * Runs a kernel `(out, x, indices, step, layout)` that walks the indices and, beside them, the tensor
 * of the given shape in which they say where along the axis an element is.
 */
export function runByElement(
  kernel: string,
  operands: readonly [out: Tensor, x: Tensor, indices: Tensor],
  shape: Shape,
  axis: number,
): void {
  const [out, x, indices] = operands;
  if (indices.size === 0) return;
  const strides = rowMajorStrides(shape);
  const besides = strides.map((stride, i) => (i === axis ? 0 : stride));
  const collapsed = collapseAxes(indices.shape, [besides]);
  const layout = engine().describe(collapsed.shape, ...collapsed.strides);
  const call = kernel.endsWith('Elements')
    ? engine().kernel(`${kernel}${bytesPerElement(x.dtype)}`)
    : engine().kernel(kernel, x.dtype);
  call(out.address(), x.address(), indices.address(), strides[axis] ?? 1, layout);
}

/**
 * The axis counted from the front, and the indices as i32 of the axis.
 * @throws ShapeError unless the indices have as many axes as the tensor and are nowhere longer, but along
 *   the axis; DTypeError unless they are i32 or u8; ValueError when one is outside of the axis
 */
export function elementIndices(
  op: string,
  shape: Shape,
  axis: number,
  indices: Tensor,
): readonly [axis: number, indices: Tensor] {
  const normal = normalizeAxis(op, axis, shape.length);
  const fits =
    indices.rank === shape.length &&
    indices.shape.every((size, i) => i === normal || size <= (shape[i] ?? 0));
  if (!fits) {
    throw new ShapeError(
      `${op}: indices ${formatShape(indices.shape)} have as many axes as ${formatShape(shape)} and fit ` +
        `into it, but for axis ${normal}; takeAlongAxis() and expand() stretch`,
    );
  }
  return [normal, wrappedIndices(op, indices, shape[normal] ?? 0)];
}

/**
 * The part of a source that has an index each: the first elements along every axis.
 * @throws ShapeError when it is smaller than the indices
 */
export function sourceFor(op: string, source: Tensor, indices: Tensor): Tensor {
  const fits =
    source.rank === indices.rank &&
    indices.shape.every((size, i) => size <= (source.shape[i] ?? 0));
  if (!fits) {
    throw new ShapeError(
      `${op}: the source ${formatShape(source.shape)} has an element for each of the indices ` +
        `${formatShape(indices.shape)}; expand() stretches`,
    );
  }
  return indices.shape.reduce(
    (part, size, i) => (part.shape[i] === size ? part : narrow(part, i, 0, size)),
    source,
  );
}
