import { positiveExtremes } from '../../shared-samples.js';
import { mul } from './mul.js';
import { square } from './square.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const rsqrtOp = defineUnary({
  name: 'rsqrt',
  derivative: { local: [({ output }) => mul(mul(square(output), output), -0.5)] },
  torch: 'a.rsqrt()',
  samples: [
    { inputs: [{ shape: [3, 5], low: 0.1, high: 3 }] },
    { inputs: [{ shape: [], low: 0.5, high: 2 }] },
    { inputs: [[0]] },
    positiveExtremes,
  ],
});

/** `y = 1 / sqrt(x)`. Derivative: -y^3 / 2. */
export function rsqrt(x: Tensor): Tensor {
  return rsqrtOp(x);
}
