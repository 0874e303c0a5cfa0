import { extremes, wholeNumbers } from '../../shared-samples.js';
import { sign } from './sign.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const absOp = defineUnary({
  name: 'abs',
  domain: 'number',
  derivative: { local: [({ inputs: [x] }) => sign(x)] },
  torch: 'a.abs()',
  samples: [
    { inputs: [{ shape: [3, 5], low: 0.1, high: 2 }] },
    { inputs: [{ shape: [4], low: -2, high: -0.1 }] },
    { inputs: [{ shape: [], low: 0.5, high: 2 }] },
    { inputs: [[0]] },
    extremes,
    wholeNumbers,
  ],
});

/** `y = |x|`. Derivative: sign(x), so 0 at 0. */
export function abs(x: Tensor): Tensor {
  return absOp(x);
}
