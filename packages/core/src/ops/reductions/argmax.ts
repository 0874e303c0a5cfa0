import { defineArgExtremum, type ArgOptions, argNames } from './arg-extremum.js';
import type { Tensor } from '../../tensor.js';
import { checkOptions } from '../../options.js';

const argmaxOp = defineArgExtremum('argmax');

/**
 * The index of the largest element along an axis, or among all, as i32: the first of equal ones, and
 * of NaN if there is one.
 * @throws ShapeError when there is no element to choose from
 *
 * @example
 * argmax(tensor([[0.1, 0.9], [0.8, 0.2]]), { axis: 1 }); // [1, 0]
 */
export function argmax(x: Tensor, options: ArgOptions = {}): Tensor {
  checkOptions('argmax', options, argNames);
  return argmaxOp(x, options);
}
