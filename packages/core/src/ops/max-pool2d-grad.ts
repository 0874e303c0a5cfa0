import { engine } from '../engine.js';
import { defineOp } from '../op.js';
import { poolSizes, type PoolWindow } from '../pool.js';
import { emptyTensor, type Tensor } from '../tensor.js';
import { zerosLike } from '../create.js';
import { maxPool2dTake } from './max-pool2d-take.js';

interface MaxPoolGradArgs {
  readonly window: PoolWindow;
}

const maxPool2dGradOp = defineOp<2, MaxPoolGradArgs>({
  name: 'maxPool2dGrad',
  arity: 2,
  forward: ({ inputs: [gradient, x], args: { window } }) => {
    if (gradient.size === 0) return zerosLike(x);
    const out = emptyTensor(x.shape, x.dtype, 'maxPool2dGrad');
    const sizes = poolSizes(x.shape, gradient.shape, window);
    const kernel = engine().kernel('maxPool2dGrad', x.dtype);
    kernel(out.address(), gradient.address(), x.address(), ...sizes);
    return out;
  },
  derivative: {
    vjp: [
      (outer, { inputs: [gradient, x], args: { window } }) =>
        maxPool2dTake(outer, x, gradient.shape, window),
      // Which element is the largest does not move with x.
      (_, { inputs: [, x] }) => zerosLike(x),
    ],
  },
  samples: [
    {
      inputs: [
        [2, 2, 2, 3],
        [2, 2, 4, 6],
      ],
      args: { window: { kernel: [2, 2], stride: [2, 2], padding: [0, 0] } },
    },
    {
      inputs: [
        [2, 5, 3],
        [2, 5, 4],
      ],
      args: { window: { kernel: [3, 2], stride: [1, 2], padding: [1, 1] } },
    },
  ],
});

/**
 * The gradient of a max pooling by its images `x`, from that of its result: it goes to the first of
 * the largest elements of each window.
 */
export function maxPool2dGrad(gradient: Tensor, x: Tensor, window: PoolWindow): Tensor {
  return maxPool2dGradOp([gradient, x], { window });
}
