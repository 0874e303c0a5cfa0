import { defineUnary } from '../../elementwise.js';
import { literal } from '../../literal.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { clamp } from '../elementwise/clamp.js';
import { gt, lt } from '../elementwise/compare.js';
import { div } from '../elementwise/div.js';
import { logicalAnd } from '../elementwise/logical.js';
import { where } from '../elementwise/where.js';

const hardsigmoidOp = defineUnary({
  name: 'hardsigmoid',
  compute: (x) => div(clamp(add(x, 3), 0, 6), 6),
  derivative: {
    local: [
      ({ inputs: [x] }) =>
        where(logicalAnd(gt(x, -3), lt(x, 3)), literal(1 / 6, x.dtype), literal(0, x.dtype)),
    ],
  },
  // PyTorch's own hardsigmoid has 1/6 in f32, of whatever dtype x is.
  torch: 'F.relu6(a + 3) / 6',
  samples: [
    { inputs: [{ shape: [3, 5], low: -5, high: 5 }] },
    { inputs: [[]] },
    { inputs: [[0]] },
    { inputs: [{ shape: [6], values: [-3, 3, Infinity, -Infinity, 0, 1e4] }], extreme: true },
  ],
});

/**
 * `y = min(max(x + 3, 0), 6) / 6`, a sigmoid of straight lines. Derivative: 1/6 between -3 and 3, else 0.
 *
 * @example
 * hardsigmoid(tensor([-4, 0, 1.5])); // [0, 0.5, 0.75]
 */
export function hardsigmoid(x: Tensor): Tensor {
  return hardsigmoidOp(x);
}
