import { bce, checkOptions, type BceOptions, type Tensor } from '@dltrain/core';
import { targetsLike } from '../targets.js';
import { elementwiseLoss } from './elementwise-loss.js';
import { checkTwoClasses, lossType } from './loss.js';

export const bceLoss = lossType({
  doc: 'Negative log-likelihood of yes or no, of outputs that are probabilities.',
  parameters: {},
  build: () => ({
    ...elementwiseLoss('bce', bce),
    check: (outputShape, target) => {
      checkTwoClasses('bce', outputShape, target);
    },
  }),
});

/**
 * The mean binary cross-entropy of probabilities with truths between 0 and 1, over all elements; targets
 * may be whole numbers, and `[N]` for `[N, 1]`. Of logits, `BCEWithLogitsLoss` is more precise.
 *
 * @example
 * const loss = new BCELoss().forward(sigmoid(model.forward(x)), y);
 */
export class BCELoss {
  /** @param options `reduction` is `mean` when left out */
  constructor(private readonly options: BceOptions = {}) {
    checkOptions('BCELoss', options, { weight: true, reduction: true });
  }

  forward(output: Tensor, target: Tensor): Tensor {
    return bce(output, targetsLike('BCELoss', output, target), this.options);
  }
}
