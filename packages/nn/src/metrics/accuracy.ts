import { argmax, cast, eq, gt, isFloat, reshape, type Tensor } from '@dltrain/core';
import { checkClasses } from '../losses/loss.js';
import { checkComparable, targetsLike } from '../targets.js';
import { metricOfTerms } from './metric.js';

/**
 * The share of samples whose class is right. Of outputs `[N, C]` the largest counts, against a class
 * index or the largest of `[N, C]` targets; of one output a sample, whether it is above 0, against
 * whether the target is above 0.5.
 */
export const accuracy = metricOfTerms({
  name: 'accuracy',
  doc: 'Share of samples whose class is right.',
  terms: { of: (output, target) => cast(rightOnes(output, target), 'i32') },
  check: (outputShape, target) => {
    if (isSingle([1, ...outputShape])) checkComparable('accuracy', outputShape, target);
    else checkClasses('accuracy', outputShape, target);
  },
});

/** A truth value for each prediction. */
function rightOnes(output: Tensor, target: Tensor): Tensor {
  if (isSingle(output.shape)) {
    return eq(gt(output, 0), gt(targetsLike('accuracy', output, target), 0.5));
  }
  const predicted = argmax(output, { axis: 1 });
  const actual = isFloat(target.dtype) ? argmax(target, { axis: 1 }) : cast(target, 'i32');
  return eq(predicted, reshape(actual, predicted.shape));
}

/** Whether there is one output a sample. */
function isSingle([samples, ...rest]: readonly number[]): boolean {
  return samples !== undefined && rest.every((size) => size === 1);
}
