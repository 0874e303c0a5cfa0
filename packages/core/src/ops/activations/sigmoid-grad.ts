import { defineActivationGrad } from './activation-grad.js';
import { mul } from '../elementwise/mul.js';
import { sub } from '../elementwise/sub.js';
import type { Tensor } from '../../tensor.js';

const sigmoidGradOp = defineActivationGrad({
  name: 'sigmoidGrad',
  byOutput: (outer, gradient, y) => mul(mul(outer, gradient), sub(1, mul(y, 2))),
  torch: 'a * b * (1 - b)',
  range: { low: 0.05, high: 0.95 },
});

/** `g y (1 - y)`: the gradient through a sigmoid whose output is `y`; both of one shape. */
export function sigmoidGrad(gradient: Tensor, y: Tensor): Tensor {
  return sigmoidGradOp(gradient, y);
}
