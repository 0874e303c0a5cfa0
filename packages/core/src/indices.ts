import { DTypeError, ShapeError, ValueError } from './errors.js';
import { cast } from './ops/to.js';
import { formatShape } from './shape.js';
import type { Tensor } from './tensor.js';

/**
 * A list of indices as i32, each checked to be in [0, size).
 * @throws DTypeError unless they are i32 or u8; ShapeError unless they are one list; ValueError when
 *   one is outside
 */
export function checkedIndices(op: string, indices: Tensor, size: number): Tensor {
  if (indices.dtype !== 'i32' && indices.dtype !== 'u8') {
    throw new DTypeError(`${op}: indices are i32 or u8, not ${indices.dtype}; use to('i32')`);
  }
  if (indices.rank !== 1) {
    throw new ShapeError(`${op}: indices are one list, not of shape ${formatShape(indices.shape)}`);
  }
  const list = cast(indices, 'i32');
  const wrong = list.view().findIndex((index) => index < 0 || index >= size);
  if (wrong >= 0) {
    throw new ValueError(
      `${op}: index ${list.view()[wrong]} at place ${wrong} is outside of [0, ${size})`,
    );
  }
  return list;
}
