import { add } from './add.js';
import { mul } from './mul.js';
import { reciprocal } from './reciprocal.js';
import { sub } from './sub.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const atanhOp = defineUnary({
  name: 'atanh',
  derivative: { local: [({ inputs: [x] }) => reciprocal(mul(sub(1, x), add(1, x)))] },
  torch: 'torch.atanh(a)',
  samples: [
    { inputs: [{ shape: [3, 5], low: -0.9, high: 0.9 }] },
    { inputs: [{ shape: [], low: -0.3, high: 0.2 }] },
    { inputs: [[0]] },
    extremes,
  ],
});

/**
 * The inverse of tanh, `y = ln((1 + x) / (1 - x)) / 2`; infinite at 1 and -1, NaN beyond. Derivative:
 * 1 / (1 - x^2).
 *
 * @example
 * atanh(tensor([0, 0.5])); // [0, 0.5493]
 */
export function atanh(x: Tensor): Tensor {
  return atanhOp(x);
}
