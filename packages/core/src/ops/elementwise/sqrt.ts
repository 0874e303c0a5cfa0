import { positiveExtremes } from '../../shared-samples.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const sqrtOp = defineUnary({
  name: 'sqrt',
  derivative: {
    local: [({ output }) => div(0.5, output)],
    fused: [(gradient, { output }) => div(gradient, mul(output, 2))],
  },
  torch: 'a.sqrt()',
  samples: [
    { inputs: [{ shape: [3, 5], low: 0.1, high: 3 }] },
    { inputs: [{ shape: [], low: 0.5, high: 2 }] },
    { inputs: [[0]] },
    positiveExtremes,
  ],
});

/** `y = sqrt(x)`; NaN below 0. Derivative: 1 / (2 y). */
export function sqrt(x: Tensor): Tensor {
  return sqrtOp(x);
}
