import {
  checkOptions,
  isFloat,
  nll,
  ShapeError,
  type ClassOptions,
  type Tensor,
} from '@dltrain/core';
import { presentArguments } from '../config/arguments.js';
import { checkClassWeights, classArguments, targetWeight } from './class-weights.js';
import { checkClasses, lossType, sumOfTerms } from './loss.js';

/**
 * Negative log-likelihood of log-probabilities `[N, C]` with class indices `[N]`; the weight of a batch is
 * its number of samples, or the sum of the weights of their classes.
 */
export const nllLoss = lossType({
  doc: 'Negative log-likelihood of the right class, of outputs that are logarithms of probabilities.',
  parameters: classArguments,
  build: (args) => {
    const options = presentArguments(args);
    return sumOfTerms({
      name: 'nll',
      terms: {
        of: (output, target) => nll(output, target, { ...options, reduction: 'none' }),
        weight: (target) => targetWeight(target, options),
      },
      check: (outputShape, target) => {
        checkIndices('nll', target.dtype);
        checkClasses('nll', outputShape, target);
        checkClassWeights('nll', outputShape, options.classWeights);
      },
    });
  },
});

/** @throws ShapeError for probabilities of classes */
export function checkIndices(what: string, dtype: Tensor['dtype']): void {
  if (isFloat(dtype)) {
    throw new ShapeError(`${what} takes class indices as targets, not ${dtype}; use cross_entropy`);
  }
}

/**
 * The mean negative log-likelihood of log-probabilities `[N, C]` with class indices `[N]`.
 *
 * @example
 * const loss = new NLLLoss().forward(logSoftmax(model.forward(x)), y);
 */
export class NLLLoss {
  /** @param options `reduction` is `mean` when left out */
  constructor(private readonly options: ClassOptions = {}) {
    checkOptions('NLLLoss', options, {
      classWeights: true,
      ignoreIndex: 'number',
      reduction: true,
    });
  }

  forward(output: Tensor, target: Tensor): Tensor {
    return nll(output, target, this.options);
  }
}
