import { defineArgExtremum, type ArgOptions, argNames } from './arg-extremum.js';
import type { Tensor } from '../../tensor.js';
import { checkOptions } from '../../options.js';

const argminOp = defineArgExtremum('argmin');

/**
 * The index of the smallest element along an axis, or among all, as i32: the first of equal ones, and
 * of NaN if there is one.
 * @throws ShapeError when there is no element to choose from
 */
export function argmin(x: Tensor, options: ArgOptions = {}): Tensor {
  checkOptions('argmin', options, argNames);
  return argminOp(x, options);
}
