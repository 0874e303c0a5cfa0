import { cast, gt, hinge, isFloat, where, type Tensor } from '@dltrain/core';
import { elementwiseLoss } from './elementwise-loss.js';
import { checkTwoClasses, lossType, sumOfTerms } from './loss.js';

/**
 * Hinge loss of scores with sides -1 and 1, element by element; the weight of a batch is its number of
 * elements. Of whole targets 1 is the one side and any other the other, so that class indices will do.
 */
export const hingeLoss = lossType({
  doc: 'How far each score is from 1 on the right side of 0.',
  parameters: {},
  build: () => {
    const { name, terms } = elementwiseLoss('hinge', hinge);
    return sumOfTerms({
      name,
      terms: { ...terms, of: (output, target) => terms.of(output, sidesOf(target)) },
      check: (outputShape, target) => {
        checkTwoClasses('hinge', outputShape, target);
      },
    });
  },
});

function sidesOf(target: Tensor): Tensor {
  return isFloat(target.dtype) ? target : where(gt(cast(target, 'i32'), 0), 1, -1);
}
