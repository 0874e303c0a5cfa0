import { checkOptions, mse, type LossOptions, type Tensor } from '@dltrain/core';
import { targetsLike } from '../targets.js';
import { elementwiseLoss } from './elementwise-loss.js';
import { lossType } from './loss.js';

export const mseLoss = lossType({
  doc: 'Mean of the squared differences.',
  parameters: {},
  build: () => elementwiseLoss('mse', mse),
});

/**
 * The mean squared error over all elements; targets may be whole numbers, and `[N]` for `[N, 1]`.
 *
 * @example
 * const loss = new MSELoss().forward(model.forward(x), y);
 */
export class MSELoss {
  /** @param options `reduction` is `mean` when left out */
  constructor(private readonly options: LossOptions = {}) {
    checkOptions('MSELoss', options, { reduction: true });
  }

  forward(output: Tensor, target: Tensor): Tensor {
    return mse(output, targetsLike('MSELoss', output, target), this.options);
  }
}
