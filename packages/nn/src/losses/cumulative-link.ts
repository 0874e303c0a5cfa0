import {
  cumulativeLink,
  elementCount,
  formatShape,
  reshape,
  ShapeError,
  tensor,
} from '@dltrain/core';
import { ArgumentError } from '../config/arguments.js';
import { lossType, sumOfTerms } from './loss.js';
import { checkIndices } from './nll.js';

/**
 * The loss of ordered classes, of one score a sample and class indices `[N]`, between given thresholds;
 * the weight of a batch is its number of samples.
 */
export const cumulativeLinkLoss = lossType({
  doc: 'Negative log-likelihood of ordered classes: one score falls between two of the thresholds.',
  parameters: {
    thresholds: {
      kind: 'numbers',
      required: true,
      doc: 'The scores between one class and the next, ascending: one less than there are classes.',
    },
  },
  build: ({ thresholds }) => {
    if (thresholds.some((value, i) => i > 0 && !(value > (thresholds[i - 1] ?? value)))) {
      throw new ArgumentError(
        `cumulative_link: thresholds ascend, unlike ${thresholds.join(', ')}`,
        'thresholds',
      );
    }
    return sumOfTerms({
      name: 'cumulative_link',
      terms: {
        of: (output, target) => {
          const scores = output.size === target.size ? reshape(output, target.shape) : output;
          const cuts = tensor(thresholds, { dtype: output.dtype });
          return cumulativeLink(scores, target, cuts, { reduction: 'none' });
        },
      },
      check: (outputShape, { dtype, shape, classes }) => {
        checkIndices('cumulative_link', dtype);
        if (elementCount(outputShape) !== 1 || elementCount(shape) !== 1) {
          throw new ShapeError(
            `cumulative_link takes one score a sample: the model's output is ${formatShape(outputShape)}, ` +
              `a target is ${formatShape(shape)}; end the model with a linear layer of one output`,
          );
        }
        if (classes !== undefined && classes > thresholds.length + 1) {
          throw new ShapeError(
            `cumulative_link: ${thresholds.length} thresholds tell ${thresholds.length + 1} classes apart, ` +
              `but the targets have ${classes}`,
          );
        }
      },
    });
  },
});
