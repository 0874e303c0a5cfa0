import { defineCumulativeExtremum } from './cumulative-extremum.js';
import type { Tensor } from '../../tensor.js';
import type { Chosen } from './sort.js';

const cumminOf = defineCumulativeExtremum('cummin');

/**
 * The smallest element so far along an axis, and its index; of equal ones the latest, as in PyTorch, and NaN
 * from the first one on. Derivative: the gradient added where the value came from.
 * @throws ShapeError when the axis is not there
 *
 * @example
 * cummin(tensor([1, 3, 2]), 0).values; // [1, 1, 1]
 */
export function cummin(x: Tensor, axis: number): Chosen {
  return cumminOf(x, axis);
}
