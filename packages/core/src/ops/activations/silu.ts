import { extremes } from '../../shared-samples.js';
import { defineKernelActivation } from './kernel-activation.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { mul } from '../elementwise/mul.js';
import { sigmoid } from './sigmoid.js';
import { sub } from '../elementwise/sub.js';

const siluOp = defineKernelActivation<undefined>({
  name: 'silu',
  numbers: () => [],
  // s' = s (1 - s), and so f'' = s' (2 + x (1 - 2s))
  curvature: (x) => {
    const s = sigmoid(x);
    return mul(mul(s, sub(1, s)), add(mul(x, sub(1, mul(s, 2))), 2));
  },
  torch: 'F.silu(a)',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/**
 * `y = x sigmoid(x)`, also named Swish (Ramachandran et al. 2017). Derivative, with s = sigmoid(x):
 * `s (1 + x (1 - s))`.
 *
 * @example
 * silu(tensor([-1, 0, 1])); // [-0.2689, 0, 0.7311]
 */
export function silu(x: Tensor): Tensor {
  return siluOp(x, undefined);
}
