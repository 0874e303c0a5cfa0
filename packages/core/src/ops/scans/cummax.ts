import { defineCumulativeExtremum } from './cumulative-extremum.js';
import type { Tensor } from '../../tensor.js';
import type { Chosen } from './sort.js';

const cummaxOf = defineCumulativeExtremum('cummax');

/**
 * The largest element so far along an axis, and its index; of equal ones the latest, as in PyTorch, and NaN
 * from the first one on. Derivative: the gradient added where the value came from.
 * @throws ShapeError when the axis is not there
 *
 * @example
 * cummax(tensor([1, 3, 2]), 0).values; // [1, 3, 3]
 */
export function cummax(x: Tensor, axis: number): Chosen {
  return cummaxOf(x, axis);
}
