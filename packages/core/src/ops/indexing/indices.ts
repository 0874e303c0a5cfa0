import { engine } from '../../engine.js';
import { DTypeError, ShapeError, ValueError } from '../../errors.js';
import { cast } from '../elementwise/to.js';
import { formatShape, type Shape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';

/**
 * Indices of any shape as i32 of [0, size), those below 0 counted from the back.
 * @throws DTypeError unless they are i32 or u8; ValueError when one is outside of the axis
 */
export function wrappedIndices(op: string, indices: Tensor, size: number): Tensor {
  if (indices.dtype !== 'i32' && indices.dtype !== 'u8') {
    throw new DTypeError(`${op}: indices are i32 or u8, not ${indices.dtype}; use to('i32')`);
  }
  const whole = cast(indices, 'i32');
  engine().nextOp();
  const wrapped = emptyTensor(whole.shape, 'i32', op);
  const kernel = engine().kernel('wrapIndices');
  const wrong = kernel(wrapped.address(), whole.address(), whole.size, size);
  if (wrong >= 0) {
    throw new ValueError(
      `${op}: index ${whole.view()[wrong]} at place ${placeIn(whole.shape, wrong)} is outside of ` +
        `[0, ${size})${size > 0 ? `, or [${-size}, 0) from the back` : ': the axis is empty'}`,
    );
  }
  return wrapped;
}

/**
 * A list of indices as i32 of [0, size), those below 0 counted from the back.
 * @throws DTypeError unless they are i32 or u8; ShapeError unless they are one list; ValueError when
 *   one is outside of the axis
 */
export function checkedIndices(op: string, indices: Tensor, size: number): Tensor {
  const wrapped = wrappedIndices(op, indices, size);
  if (indices.rank !== 1) {
    throw new ShapeError(`${op}: indices are one list, not of shape ${formatShape(indices.shape)}`);
  }
  return wrapped;
}

/** Where an element is: its number in a list, else one along each axis. */
function placeIn(shape: Shape, flat: number): string {
  if (shape.length < 2) return String(flat);
  const place: number[] = [];
  for (let axis = shape.length - 1, left = flat; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    place.unshift(left % size);
    left = Math.floor(left / size);
  }
  return formatShape(place);
}
