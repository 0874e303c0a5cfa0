import { mul } from './mul.js';
import { reciprocal } from './reciprocal.js';
import { defineUnary } from '../../elementwise.js';
import { positiveExtremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const log10Op = defineUnary({
  name: 'log10',
  derivative: { local: [({ inputs: [x] }) => reciprocal(mul(x, Math.LN10))] },
  torch: 'torch.log10(a)',
  samples: [
    { inputs: [{ shape: [3, 5], low: 0.1, high: 3 }] },
    { inputs: [{ shape: [], low: 0.5, high: 2 }] },
    { inputs: [[0]] },
    positiveExtremes,
  ],
});

/**
 * The logarithm to the base 10; -Infinity at 0, NaN below. Derivative: 1 / (x ln 10).
 *
 * @example
 * log10(tensor([0.1, 1, 1000])); // [-1, 0, 3]
 */
export function log10(x: Tensor): Tensor {
  return log10Op(x);
}
