import { formatShape, isFloat, klDiv, sameShape, ShapeError } from '@dltrain/core';
import { targetsLike } from '../targets.js';
import { lossType, sumOfTerms } from './loss.js';

/**
 * Kullback-Leibler divergence of log-probabilities `[N, C]` from probabilities; the weight of a batch is
 * its number of samples (the `batchmean` of `klDiv`).
 */
export const klDivLoss = lossType({
  doc: 'Divergence of outputs, logarithms of probabilities, from the probabilities of the targets.',
  parameters: {
    logTarget: {
      kind: 'boolean',
      default: false,
      doc: 'Whether the targets are logarithms, too.',
    },
  },
  build: ({ logTarget }) =>
    sumOfTerms({
      name: 'kl_div',
      terms: {
        of: (output, target) =>
          klDiv(output, targetsLike('kl_div', output, target), { logTarget, reduction: 'none' }),
        weight: (target) => target.shape[0] ?? 1,
      },
      check: (outputShape, { dtype, shape }) => {
        if (isFloat(dtype) && sameShape(outputShape, shape)) return;
        throw new ShapeError(
          `kl_div takes a probability for each output: the model's output is ${formatShape(outputShape)}, ` +
            `a target is ${dtype} ${formatShape(shape)}; of class indices use nll`,
        );
      },
    }),
});
