import { checkOptions, l1, type LossOptions, type Tensor } from '@dltrain/core';
import { targetsLike } from '../targets.js';
import { elementwiseLoss } from './elementwise-loss.js';
import { lossType } from './loss.js';

export const l1Loss = lossType({
  doc: 'Mean of the absolute differences.',
  parameters: {},
  build: () => elementwiseLoss('l1', l1),
});

/**
 * The mean absolute error over all elements; targets may be whole numbers, and `[N]` for `[N, 1]`.
 *
 * @example
 * const loss = new L1Loss().forward(model.forward(x), y);
 */
export class L1Loss {
  /** @param options `reduction` is `mean` when left out */
  constructor(private readonly options: LossOptions = {}) {
    checkOptions('L1Loss', options, { reduction: true });
  }

  forward(output: Tensor, target: Tensor): Tensor {
    return l1(output, targetsLike('L1Loss', output, target), this.options);
  }
}
