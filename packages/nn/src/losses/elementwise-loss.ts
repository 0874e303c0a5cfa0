import type { LossOptions, Tensor } from '@dltrain/core';
import { checkComparable, targetsLike } from '../targets.js';
import { sumOfTerms, type Loss } from './loss.js';

/**
 * A loss of outputs and targets of one shape, element by element; the weight of a batch is its number of
 * elements. Targets may be whole numbers, and `[N]` for `[N, 1]`.
 */
export function elementwiseLoss(
  name: string,
  loss: (output: Tensor, target: Tensor, options: LossOptions) => Tensor,
): Required<Loss> {
  return sumOfTerms({
    name,
    terms: {
      of: (output, target) =>
        loss(output, targetsLike(name, output, target), { reduction: 'none' }),
    },
    check: (outputShape, target) => {
      checkComparable(name, outputShape, target);
    },
  });
}
