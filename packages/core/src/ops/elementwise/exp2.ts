import { mul } from './mul.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const exp2Op = defineUnary({
  name: 'exp2',
  derivative: { local: [({ output }) => mul(output, Math.LN2)] },
  torch: 'torch.exp2(a)',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/**
 * `y = 2^x`. Derivative: y ln 2.
 *
 * @example
 * exp2(tensor([-1, 0, 3])); // [0.5, 1, 8]
 */
export function exp2(x: Tensor): Tensor {
  return exp2Op(x);
}
