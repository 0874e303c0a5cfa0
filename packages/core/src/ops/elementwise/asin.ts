import { add } from './add.js';
import { mul } from './mul.js';
import { rsqrt } from './rsqrt.js';
import { sub } from './sub.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const asinOp = defineUnary({
  name: 'asin',
  derivative: { local: [({ inputs: [x] }) => rsqrt(mul(sub(1, x), add(1, x)))] },
  torch: 'torch.asin(a)',
  samples: [
    { inputs: [{ shape: [3, 5], low: -0.9, high: 0.9 }] },
    { inputs: [{ shape: [], low: -0.3, high: 0.2 }] },
    { inputs: [[0]] },
    extremes,
  ],
});

/**
 * The angle whose sine is x, from -pi/2 to pi/2; NaN beyond 1. Derivative: 1 / sqrt(1 - x^2).
 *
 * @example
 * asin(tensor([0, 1])); // [0, 1.5708]
 */
export function asin(x: Tensor): Tensor {
  return asinOp(x);
}
