import { defineUnary } from '../../elementwise.js';
import { literal } from '../../literal.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { clamp } from '../elementwise/clamp.js';
import { le, lt } from '../elementwise/compare.js';
import { div } from '../elementwise/div.js';
import { mul } from '../elementwise/mul.js';
import { where } from '../elementwise/where.js';

const hardswishOp = defineUnary({
  name: 'hardswish',
  compute: (x) => div(mul(x, clamp(add(x, 3), 0, 6)), 6),
  derivative: {
    local: [
      ({ inputs: [x] }) => {
        const [zero, one] = [literal(0, x.dtype), literal(1, x.dtype)];
        return where(lt(x, -3), zero, where(le(x, 3), add(div(x, 3), 0.5), one));
      },
    ],
  },
  torch: 'F.hardswish(a)',
  samples: [
    { inputs: [{ shape: [3, 5], low: -5, high: 5 }] },
    { inputs: [[]] },
    { inputs: [[0]] },
    { inputs: [{ shape: [5], values: [-3, 3, Infinity, 0, 1e4] }], extreme: true },
  ],
});

/**
 * `y = x min(max(x + 3, 0), 6) / 6`, Swish of straight lines and a parabola (Howard et al. 2019).
 * Derivative: 0 below -3, `x / 3 + 1/2` up to 3, and 1 above.
 *
 * @example
 * hardswish(tensor([-4, 1, 5])); // [0, 0.6667, 5]
 */
export function hardswish(x: Tensor): Tensor {
  return hardswishOp(x);
}
