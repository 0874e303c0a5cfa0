import { add } from './add.js';
import { mul } from './mul.js';
import { rsqrt } from './rsqrt.js';
import { sub } from './sub.js';
import { defineUnary } from '../../elementwise.js';
import { positiveExtremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const acoshOp = defineUnary({
  name: 'acosh',
  derivative: { local: [({ inputs: [x] }) => rsqrt(mul(sub(x, 1), add(x, 1)))] },
  torch: 'torch.acosh(a)',
  samples: [
    { inputs: [{ shape: [3, 5], low: 1.2, high: 4 }] },
    { inputs: [{ shape: [], low: 1.5, high: 2 }] },
    { inputs: [[0]] },
    positiveExtremes,
  ],
});

/**
 * The inverse of cosh, `y = ln(x + sqrt(x^2 - 1))`; NaN below 1. Derivative: 1 / sqrt(x^2 - 1).
 *
 * @example
 * acosh(tensor([1, 2])); // [0, 1.3170]
 */
export function acosh(x: Tensor): Tensor {
  return acoshOp(x);
}
