import { crossEntropy, isFloat, type Tensor } from '@dltrain/core';
import { checkClasses, type LossType } from './loss.js';

/**
 * Cross-entropy of class scores (logits) `[N, C]` with class indices `[N]` or probabilities `[N, C]`;
 * the weight of a batch is its number of samples.
 */
export const crossEntropyLoss: LossType = {
  name: 'cross_entropy',
  doc: 'Negative log-likelihood of the right class under the softmax of the scores.',
  compute: (output, target) => {
    const { size, shape } = target;
    // Of soft targets, the axis of the classes is one position.
    const weight = isFloat(target.dtype) ? size / (shape[1] ?? 1) : size;
    return { sum: crossEntropy(output, target, { reduction: 'sum' }), weight };
  },
  check: (outputShape, target) => {
    checkClasses('cross_entropy', outputShape, target);
  },
};

/**
 * The mean cross-entropy of logits `[N, C]` with class indices `[N]` or probabilities `[N, C]`.
 *
 * @example
 * const loss = new CrossEntropyLoss().forward(model.forward(x), y);
 */
export class CrossEntropyLoss {
  forward(output: Tensor, target: Tensor): Tensor {
    return crossEntropy(output, target);
  }
}
