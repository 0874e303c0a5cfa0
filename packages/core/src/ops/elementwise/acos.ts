import { add } from './add.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { rsqrt } from './rsqrt.js';
import { sub } from './sub.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const acosOp = defineUnary({
  name: 'acos',
  derivative: { local: [({ inputs: [x] }) => neg(rsqrt(mul(sub(1, x), add(1, x))))] },
  torch: 'torch.acos(a)',
  samples: [
    { inputs: [{ shape: [3, 5], low: -0.9, high: 0.9 }] },
    { inputs: [{ shape: [], low: -0.3, high: 0.2 }] },
    { inputs: [[0]] },
    extremes,
  ],
});

/**
 * The angle whose cosine is x, from 0 to pi; NaN beyond 1. Derivative: -1 / sqrt(1 - x^2).
 *
 * @example
 * acos(tensor([0, 1])); // [1.5708, 0]
 */
export function acos(x: Tensor): Tensor {
  return acosOp(x);
}
