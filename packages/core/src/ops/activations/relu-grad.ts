import { defineActivationGrad } from './activation-grad.js';
import { zerosLike } from '../../create.js';
import type { Tensor } from '../../tensor.js';

const reluGradOp = defineActivationGrad({
  name: 'reluGrad',
  // The gate does not move with y.
  byOutput: (outer) => zerosLike(outer),
  torch: 'torch.where(b <= 0, 0 * a, a)',
  range: { low: -1, high: 1 },
});

/** The gradient where ReLU's output `y` is above 0, else 0; both of one shape. */
export function reluGrad(gradient: Tensor, y: Tensor): Tensor {
  return reluGradOp(gradient, y);
}
