import { positiveExtremes } from '../../shared-samples.js';
import { add } from './add.js';
import { div } from './div.js';
import { reciprocal } from './reciprocal.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const log1pOp = defineUnary({
  name: 'log1p',
  derivative: {
    local: [({ inputs: [x] }) => reciprocal(add(x, 1))],
    fused: [(gradient, { inputs: [x] }) => div(gradient, add(x, 1))],
  },
  torch: 'a.log1p()',
  samples: [
    { inputs: [{ shape: [3, 5], low: -0.8, high: 3 }] },
    { inputs: [[0]] },
    positiveExtremes,
    { inputs: [{ shape: [3], values: [-0.5, -1, -2] }], extreme: true },
  ],
});

/** `y = ln(1 + x)`, exact for small x too. Derivative: 1 / (1 + x). */
export function log1p(x: Tensor): Tensor {
  return log1pOp(x);
}
