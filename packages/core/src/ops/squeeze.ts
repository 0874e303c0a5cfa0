import { normalizeAxes } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { reshape } from './reshape.js';

/**
 * Drops axes of size 1: the given ones, or all; a given axis of another size stays. Nothing is copied.
 * @throws ShapeError when an axis is not there
 */
export function squeeze(x: Tensor, axis?: number | readonly number[]): Tensor {
  const axes = normalizeAxes('squeeze', axis, x.rank);
  return reshape(
    x,
    x.shape.filter((size, i) => size !== 1 || !axes.includes(i)),
  );
}
