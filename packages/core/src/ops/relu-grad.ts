import { engine } from '../engine.js';
import { defineOp } from '../op.js';
import { zerosLike } from '../create.js';
import { emptyTensor, type Tensor } from '../tensor.js';

const reluGradOp = defineOp({
  name: 'reluGrad',
  arity: 2,
  forward: ({ inputs: [gradient, y] }) => {
    const out = emptyTensor(y.shape, y.dtype, 'reluGrad');
    engine().kernel('reluGrad', y.dtype)(out.address(), gradient.address(), y.address(), y.size);
    return out;
  },
  derivative: {
    // Linear in the gradient; the gate itself does not move.
    transpose: [
      (outer, { inputs: [, y] }) => reluGrad(outer, y),
      (_, { inputs: [, y] }) => zerosLike(y),
    ],
  },
  samples: [{ inputs: [[3, 5], { shape: [3, 5], low: 0.1, high: 1 }] }],
});

/** The gradient where ReLU's output `y` is above 0, else 0; both of one shape. */
export function reluGrad(gradient: Tensor, y: Tensor): Tensor {
  return reluGradOp([gradient, y]);
}
