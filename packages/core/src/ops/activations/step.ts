import { zerosLike } from '../../create.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';
import { gt } from '../elementwise/compare.js';
import { cast } from '../elementwise/to.js';

const stepOp = defineUnary({
  name: 'step',
  compute: (x) => cast(gt(x, 0), x.dtype),
  derivative: { local: [({ output }) => zerosLike(output)] },
  torch: 'torch.sign(torch.relu(a))',
  samples: [
    { inputs: [{ shape: [3, 5], low: 0.1, high: 2 }] },
    { inputs: [{ shape: [4], low: -2, high: -0.1 }] },
    { inputs: [{ shape: [], low: 0.5, high: 2 }] },
    { inputs: [[0]] },
    { inputs: [{ shape: [5], values: [0, -0, Infinity, -Infinity, NaN] }], extreme: true },
  ],
});

/**
 * `y = 1` for x > 0, else 0: the perceptron's activation. Derivative: 0, so that nothing is learnt
 * through it.
 *
 * @example
 * step(tensor([-1, 0, 2])); // [0, 0, 1]
 */
export function step(x: Tensor): Tensor {
  return stepOp(x);
}
