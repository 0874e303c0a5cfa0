import { abs, noGrad, sub, sum } from '@dltrain/core';
import { checkComparable, targetsLike } from '../targets.js';
import type { MetricType } from './metric.js';

/** Mean absolute error over all elements; targets may be whole numbers, and `[N]` for `[N, 1]`. */
export const mae: MetricType = {
  name: 'mae',
  doc: 'Mean of the absolute differences.',
  compute: (output, target) => ({
    sum: noGrad(() => sum(abs(sub(output, targetsLike('mae', output, target)))).item()),
    weight: output.size,
  }),
  check: (outputShape, target) => {
    checkComparable('mae', outputShape, target);
  },
};
