import { mul } from './mul.js';
import { reciprocal } from './reciprocal.js';
import { defineUnary } from '../../elementwise.js';
import { positiveExtremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const log2Op = defineUnary({
  name: 'log2',
  derivative: { local: [({ inputs: [x] }) => reciprocal(mul(x, Math.LN2))] },
  torch: 'torch.log2(a)',
  samples: [
    { inputs: [{ shape: [3, 5], low: 0.1, high: 3 }] },
    { inputs: [{ shape: [], low: 0.5, high: 2 }] },
    { inputs: [[0]] },
    positiveExtremes,
  ],
});

/**
 * The logarithm to the base 2; -Infinity at 0, NaN below. Derivative: 1 / (x ln 2).
 *
 * @example
 * log2(tensor([0.5, 1, 8])); // [-1, 0, 3]
 */
export function log2(x: Tensor): Tensor {
  return log2Op(x);
}
