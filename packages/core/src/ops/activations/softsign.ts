import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';
import { abs } from '../elementwise/abs.js';
import { add } from '../elementwise/add.js';
import { div } from '../elementwise/div.js';
import { reciprocal } from '../elementwise/reciprocal.js';
import { square } from '../elementwise/square.js';

const softsignOp = defineUnary({
  name: 'softsign',
  compute: (x) => div(x, add(abs(x), 1)),
  derivative: { local: [({ inputs: [x] }) => reciprocal(square(add(abs(x), 1)))] },
  torch: 'F.softsign(a)',
  samples: [
    { inputs: [[3, 5]] },
    { inputs: [[]] },
    { inputs: [[0]] },
    { inputs: [{ shape: [5], values: [0, -0, 1e4, -1e4, NaN] }], extreme: true },
  ],
});

/**
 * `y = x / (1 + |x|)`, between -1 and 1. Derivative: `1 / (1 + |x|)^2`.
 *
 * @example
 * softsign(tensor([-1, 0, 3])); // [-0.5, 0, 0.75]
 */
export function softsign(x: Tensor): Tensor {
  return softsignOp(x);
}
