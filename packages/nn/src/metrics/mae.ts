import { abs, sub } from '@dltrain/core';
import { checkComparable, targetsLike } from '../targets.js';
import { metricOfTerms } from './metric.js';

/** Mean absolute error over all elements; targets may be whole numbers, and `[N]` for `[N, 1]`. */
export const mae = metricOfTerms({
  name: 'mae',
  doc: 'Mean of the absolute differences.',
  terms: { of: (output, target) => abs(sub(output, targetsLike('mae', output, target))) },
  check: (outputShape, target) => {
    checkComparable('mae', outputShape, target);
  },
});
