import { bceWithLogits, ShapeError, type Tensor } from '@dltrain/core';
import { checkComparable, targetsLike } from '../targets.js';
import type { LossType } from './loss.js';

/**
 * Binary cross-entropy of logits with truths between 0 and 1, element by element; the weight of a
 * batch is its number of elements. Targets may be class indices 0 and 1 for one logit a sample.
 */
export const bceWithLogitsLoss: LossType = {
  name: 'bce_with_logits',
  doc: 'Negative log-likelihood of yes or no under the sigmoid of each score.',
  compute: (output, target) => ({
    sum: bceWithLogits(output, targetsLike('bce_with_logits', output, target), {
      reduction: 'sum',
    }),
    weight: output.size,
  }),
  check: (outputShape, target) => {
    checkComparable('bce_with_logits', outputShape, target);
    if (target.classes !== undefined && target.classes > 2) {
      throw new ShapeError(
        `bce_with_logits tells two classes apart, but the targets have ${target.classes}; use cross_entropy`,
      );
    }
  },
};

/**
 * The mean binary cross-entropy of logits with truths between 0 and 1, over all elements; targets may
 * be whole numbers, and `[N]` for `[N, 1]`.
 *
 * @example
 * const loss = new BCEWithLogitsLoss().forward(model.forward(x), y);
 */
export class BCEWithLogitsLoss {
  forward(output: Tensor, target: Tensor): Tensor {
    return bceWithLogits(output, targetsLike('BCEWithLogitsLoss', output, target));
  }
}
