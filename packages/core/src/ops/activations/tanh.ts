import { extremes } from '../../shared-samples.js';
import { square } from '../elementwise/square.js';
import { sub } from '../elementwise/sub.js';
import { tanhGrad } from './tanh-grad.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const tanhOp = defineUnary({
  name: 'tanh',
  derivative: {
    local: [({ output }) => sub(1, square(output))],
    fused: [(gradient, { output }) => tanhGrad(gradient, output)],
  },
  torch: 'a.tanh()',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/** `y = (e^x - e^-x) / (e^x + e^-x)`. Derivative: 1 - y^2. */
export function tanh(x: Tensor): Tensor {
  return tanhOp(x);
}
