import { defineActivationGrad } from './activation-grad.js';
import { mul } from '../elementwise/mul.js';
import type { Tensor } from '../../tensor.js';

const tanhGradOp = defineActivationGrad({
  name: 'tanhGrad',
  byOutput: (outer, gradient, y) => mul(mul(outer, gradient), mul(y, -2)),
  torch: 'a * (1 - b * b)',
  range: { low: -0.95, high: 0.95 },
});

/** `g (1 - y^2)`: the gradient through a tanh whose output is `y`; both of one shape. */
export function tanhGrad(gradient: Tensor, y: Tensor): Tensor {
  return tanhGradOp(gradient, y);
}
