import { defineExtremum } from './extremum.js';
import { type ReduceOptions, reduceNames } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import { argmax } from './argmax.js';
import { checkOptions } from '../../options.js';

const maxOp = defineExtremum('max', argmax);

/**
 * The largest element over one, several or all axes; NaN where there is one. Derivative: along a
 * single axis 1 for the first of the largest and 0 for the rest; over several or all axes the
 * largest share it equally, as in PyTorch; with
 * `amax` along a single axis, too.
 * @throws ShapeError when there is no element to choose from
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('max', options, reduceNames);
  return maxOp(x, options);
}
