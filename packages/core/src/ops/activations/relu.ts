import { extremes, wholeNumbers } from '../../shared-samples.js';
import { cast } from '../elementwise/to.js';
import { le } from '../elementwise/compare.js';
import { logicalNot } from '../elementwise/logical.js';
import { reluGrad } from './relu-grad.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const reluOp = defineUnary({
  name: 'relu',
  domain: 'number',
  derivative: {
    local: [({ output }) => cast(logicalNot(le(output, 0)), output.dtype)],
    fused: [(gradient, { output }) => reluGrad(gradient, output)],
  },
  torch: 'a.relu()',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes, wholeNumbers],
});

/** `y = max(0, x)`; NaN stays NaN. Derivative: 1 for x > 0, else 0. */
export function relu(x: Tensor): Tensor {
  return reluOp(x);
}
