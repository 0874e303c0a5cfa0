import { mse, type Tensor } from '@dltrain/core';
import { checkComparable, targetsLike } from '../targets.js';
import type { LossType } from './loss.js';

/** Squared error; the weight of a batch is its number of elements. Targets may be `[N]` for `[N, 1]`. */
export const mseLoss: LossType = {
  name: 'mse',
  doc: 'Mean of the squared differences.',
  compute: (output, target) => ({
    sum: mse(output, targetsLike('mse', output, target), { reduction: 'sum' }),
    weight: output.size,
  }),
  check: (outputShape, target) => {
    checkComparable('mse', outputShape, target);
  },
};

/**
 * The mean squared error over all elements; targets may be whole numbers, and `[N]` for `[N, 1]`.
 *
 * @example
 * const loss = new MSELoss().forward(model.forward(x), y);
 */
export class MSELoss {
  forward(output: Tensor, target: Tensor): Tensor {
    return mse(output, targetsLike('MSELoss', output, target));
  }
}
