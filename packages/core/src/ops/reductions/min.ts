import { defineExtremum } from './extremum.js';
import { type ReduceOptions, reduceNames } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import { argmin } from './argmin.js';
import { checkOptions } from '../../options.js';

const minOp = defineExtremum('min', argmin);

/**
 * The smallest element over one, several or all axes; NaN where there is one. Derivative: along a
 * single axis 1 for the first of the smallest and 0 for the rest; over several or all axes the
 * smallest share it equally, as in PyTorch; with
 * `amin` along a single axis, too.
 * @throws ShapeError when there is no element to choose from
 */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('min', options, reduceNames);
  return minOp(x, options);
}
