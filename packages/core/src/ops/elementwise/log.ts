import { positiveExtremes } from '../../shared-samples.js';
import { div } from './div.js';
import { reciprocal } from './reciprocal.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const logOp = defineUnary({
  name: 'log',
  derivative: {
    local: [({ inputs: [x] }) => reciprocal(x)],
    fused: [(gradient, { inputs: [x] }) => div(gradient, x)],
  },
  torch: 'a.log()',
  samples: [
    { inputs: [{ shape: [3, 5], low: 0.1, high: 3 }] },
    { inputs: [{ shape: [], low: 0.5, high: 2 }] },
    { inputs: [[0]] },
    positiveExtremes,
  ],
});

/** The natural logarithm, `y = ln x`; -Infinity at 0, NaN below. Derivative: 1 / x. */
export function log(x: Tensor): Tensor {
  return logOp(x);
}
