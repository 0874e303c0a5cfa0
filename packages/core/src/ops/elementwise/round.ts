import { zerosLike } from '../../create.js';
import { isFloat } from '../../dtype.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const roundOp = defineUnary({
  name: 'round',
  derivative: { local: [({ output }) => zerosLike(output)] },
  torch: 'torch.round(a)',
  samples: [
    { inputs: [{ shape: [3, 5], low: 0.1, high: 0.9 }] },
    { inputs: [{ shape: [4], low: -3.4, high: -3.1 }] },
    { inputs: [{ shape: [], low: 7.6, high: 7.9 }] },
    { inputs: [[0]] },
    { inputs: [{ shape: [4], values: [0.5, 1.5, 2.5, -0.5] }], extreme: true },
    extremes,
  ],
});

/**
 * The whole number nearest to x, of two equally near ones the even one; whole numbers stay as they
 * are. Derivative: 0.
 *
 * @example
 * round(tensor([0.5, 1.5, 2.4])); // [0, 2, 2]
 */
export function round(x: Tensor): Tensor {
  return isFloat(x.dtype) ? roundOp(x) : x;
}
