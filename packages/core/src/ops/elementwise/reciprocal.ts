import { extremes } from '../../shared-samples.js';
import { neg } from './neg.js';
import { square } from './square.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const reciprocalOp = defineUnary({
  name: 'reciprocal',
  derivative: { local: [({ output }) => neg(square(output))] },
  torch: 'a.reciprocal()',
  samples: [
    { inputs: [{ shape: [3, 5], low: 0.1, high: 2 }] },
    { inputs: [{ shape: [4], low: -2, high: -0.1 }] },
    { inputs: [{ shape: [], low: 0.5, high: 2 }] },
    { inputs: [[0]] },
    extremes,
  ],
});

/** `y = 1 / x`. Derivative: -y^2. */
export function reciprocal(x: Tensor): Tensor {
  return reciprocalOp(x);
}
