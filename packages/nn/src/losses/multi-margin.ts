import { multiMargin } from '@dltrain/core';
import { presentArguments } from '../config/arguments.js';
import { checkClassWeights, classArguments } from './class-weights.js';
import { checkClasses, lossType, sumOfTerms } from './loss.js';
import { checkIndices } from './nll.js';

/**
 * Hinge loss of class scores `[N, C]` with class indices `[N]`; the weight of a batch is its number of
 * samples, weighed or not.
 */
export const multiMarginLoss = lossType({
  doc: 'Hinge loss: how far other scores reach above the right one less a margin.',
  parameters: {
    squared: { kind: 'boolean', default: false, doc: 'Whether the distances are squared.' },
    margin: { kind: 'number', default: 1, doc: 'How far the right score is to be above.' },
    classWeights: classArguments.classWeights,
  },
  build: (args) => {
    const { squared, ...options } = presentArguments(args);
    return sumOfTerms({
      name: 'multi_margin',
      terms: {
        of: (output, target) =>
          multiMargin(output, target, { ...options, p: squared ? 2 : 1, reduction: 'none' }),
      },
      check: (outputShape, target) => {
        checkIndices('multi_margin', target.dtype);
        checkClasses('multi_margin', outputShape, target);
        checkClassWeights('multi_margin', outputShape, options.classWeights);
      },
    });
  },
});
