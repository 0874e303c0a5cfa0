import { extremes } from '../../shared-samples.js';
import { mul } from '../elementwise/mul.js';
import { sigmoidGrad } from './sigmoid-grad.js';
import { sub } from '../elementwise/sub.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const sigmoidOp = defineUnary({
  name: 'sigmoid',
  derivative: {
    local: [({ output }) => mul(output, sub(1, output))],
    fused: [(gradient, { output }) => sigmoidGrad(gradient, output)],
  },
  torch: 'a.sigmoid()',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/** `y = 1 / (1 + e^-x)`. Derivative: y (1 - y). */
export function sigmoid(x: Tensor): Tensor {
  return sigmoidOp(x);
}
