import { bceWithLogits, checkOptions, type BceWithLogitsOptions, type Tensor } from '@dltrain/core';
import { ArgumentError, presentArguments } from '../config/arguments.js';
import { targetsLike } from '../targets.js';
import { elementwiseLoss } from './elementwise-loss.js';
import { checkTwoClasses, lossType } from './loss.js';

/**
 * Binary cross-entropy of logits with truths between 0 and 1, element by element; the weight of a
 * batch is its number of elements. Targets may be class indices 0 and 1 for one logit a sample.
 */
export const bceWithLogitsLoss = lossType({
  doc: 'Negative log-likelihood of yes or no under the sigmoid of each score.',
  parameters: {
    posWeight: {
      kind: 'numbers',
      default: null,
      min: 0,
      doc: 'How much more yes counts than no, for each output; 1 when left out.',
    },
  },
  build: (args) => {
    const options = presentArguments(args);
    const loss = elementwiseLoss('bce_with_logits', (output, target, reduction) =>
      bceWithLogits(output, target, { ...options, ...reduction }),
    );
    return {
      ...loss,
      check: (outputShape, target) => {
        checkTwoClasses('bce_with_logits', outputShape, target);
        const count = options.posWeight?.length ?? 1;
        if (count !== 1 && count !== outputShape.at(-1)) {
          throw new ArgumentError(
            `bce_with_logits: there are ${count} weights, but the model has ${outputShape.at(-1)} outputs; give one, or one for each`,
            'posWeight',
          );
        }
      },
    };
  },
});

/**
 * The mean binary cross-entropy of logits with truths between 0 and 1, over all elements; targets may
 * be whole numbers, and `[N]` for `[N, 1]`.
 *
 * @example
 * const loss = new BCEWithLogitsLoss({ posWeight: [3] }).forward(model.forward(x), y);
 */
export class BCEWithLogitsLoss {
  /** @param options `reduction` is `mean` when left out */
  constructor(private readonly options: BceWithLogitsOptions = {}) {
    checkOptions('BCEWithLogitsLoss', options, {
      weight: true,
      posWeight: true,
      reduction: true,
    });
  }

  forward(output: Tensor, target: Tensor): Tensor {
    return bceWithLogits(output, targetsLike('BCEWithLogitsLoss', output, target), this.options);
  }
}
