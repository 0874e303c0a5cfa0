import { wholeNumbers } from '../../shared-samples.js';
import { zerosLike } from '../../create.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const signOp = defineUnary({
  name: 'sign',
  domain: 'number',
  derivative: { local: [({ output }) => zerosLike(output)] },
  torch: 'a.sign()',
  samples: [
    { inputs: [{ shape: [3, 5], low: 0.1, high: 2 }] },
    { inputs: [{ shape: [4], low: -2, high: -0.1 }] },
    { inputs: [{ shape: [], low: 0.5, high: 2 }] },
    { inputs: [[0]] },
    { inputs: [{ shape: [6], values: [0, -0, 1e4, -1e4, Infinity, -Infinity] }], extreme: true },
    wholeNumbers,
  ],
});

/** `y = -1, 0 or 1`, as x is below, at or above 0. Derivative: 0. */
export function sign(x: Tensor): Tensor {
  return signOp(x);
}
