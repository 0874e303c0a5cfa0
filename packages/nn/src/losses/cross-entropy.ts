import { checkOptions, crossEntropy, type CrossEntropyOptions, type Tensor } from '@dltrain/core';
import { presentArguments } from '../config/arguments.js';
import { checkClassWeights, classArguments, targetWeight } from './class-weights.js';
import { checkClasses, lossType, sumOfTerms } from './loss.js';

/**
 * Cross-entropy of class scores (logits) `[N, C]` with class indices `[N]` or probabilities `[N, C]`;
 * the weight of a batch is its number of samples, or the sum of the weights of their classes.
 */
export const crossEntropyLoss = lossType({
  doc: 'Negative log-likelihood of the right class under the softmax of the scores.',
  parameters: {
    ...classArguments,
    labelSmoothing: {
      kind: 'number',
      default: 0,
      min: 0,
      max: 1,
      doc: 'How much of each target is spread evenly over all classes.',
    },
  },
  build: (args) => {
    const options = presentArguments(args);
    return sumOfTerms({
      name: 'cross_entropy',
      terms: {
        of: (output, target) => crossEntropy(output, target, { ...options, reduction: 'none' }),
        weight: (target) => targetWeight(target, options),
      },
      check: (outputShape, target) => {
        checkClasses('cross_entropy', outputShape, target);
        checkClassWeights('cross_entropy', outputShape, options.classWeights);
      },
    });
  },
});

/**
 * The mean cross-entropy of logits `[N, C]` with class indices `[N]` or probabilities `[N, C]`.
 *
 * @example
 * const loss = new CrossEntropyLoss({ labelSmoothing: 0.1 }).forward(model.forward(x), y);
 */
export class CrossEntropyLoss {
  /** @param options `reduction` is `mean` when left out */
  constructor(private readonly options: CrossEntropyOptions = {}) {
    checkOptions('CrossEntropyLoss', options, {
      classWeights: true,
      ignoreIndex: 'number',
      labelSmoothing: 'number',
      reduction: true,
    });
  }

  forward(output: Tensor, target: Tensor): Tensor {
    return crossEntropy(output, target, this.options);
  }
}
