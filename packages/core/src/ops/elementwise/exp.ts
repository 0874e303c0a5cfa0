import { extremes } from '../../shared-samples.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const expOp = defineUnary({
  name: 'exp',
  derivative: { local: [({ output }) => output] },
  torch: 'a.exp()',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/** `y = e^x`. Derivative: y. */
export function exp(x: Tensor): Tensor {
  return expOp(x);
}
