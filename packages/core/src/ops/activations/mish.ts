import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { mul } from '../elementwise/mul.js';
import { sigmoid } from './sigmoid.js';
import { softplus } from './softplus.js';
import { square } from '../elementwise/square.js';
import { sub } from '../elementwise/sub.js';
import { tanh } from './tanh.js';

const mishOp = defineUnary({
  name: 'mish',
  compute: (x) => mul(x, tanh(softplus(x))),
  derivative: {
    local: [
      ({ inputs: [x] }) => {
        const t = tanh(softplus(x));
        return add(t, mul(mul(x, sigmoid(x)), sub(1, square(t))));
      },
    ],
  },
  torch: 'F.mish(a)',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/**
 * `y = x tanh(softplus(x))` (Misra 2019). Derivative, with t = tanh(softplus(x)):
 * `t + x sigmoid(x) (1 - t^2)`.
 *
 * @example
 * mish(tensor([-1, 0, 1])); // [-0.3034, 0, 0.8651]
 */
export function mish(x: Tensor): Tensor {
  return mishOp(x);
}
