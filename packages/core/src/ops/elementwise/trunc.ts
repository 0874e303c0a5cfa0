import { zerosLike } from '../../create.js';
import { isFloat } from '../../dtype.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const truncOp = defineUnary({
  name: 'trunc',
  derivative: { local: [({ output }) => zerosLike(output)] },
  torch: 'torch.trunc(a)',
  samples: [
    { inputs: [{ shape: [3, 5], low: 0.1, high: 0.9 }] },
    { inputs: [{ shape: [4], low: -3.4, high: -3.1 }] },
    { inputs: [{ shape: [], low: 7.6, high: 7.9 }] },
    { inputs: [[0]] },
    { inputs: [{ shape: [4], values: [2.5, -2.5, 3, -0.25] }], extreme: true },
    extremes,
  ],
});

/**
 * x without its fraction; whole numbers stay as they are. Derivative: 0.
 *
 * @example
 * trunc(tensor([2.5, -2.5])); // [2, -2]
 */
export function trunc(x: Tensor): Tensor {
  return isFloat(x.dtype) ? truncOp(x) : x;
}
