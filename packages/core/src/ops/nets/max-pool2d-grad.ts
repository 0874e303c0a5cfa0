import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { maxPoolSizes, type PoolWindow } from './pool.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { zerosLike } from '../../create.js';
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
    const sizes = maxPoolSizes(x.shape, gradient.shape, window);
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
    jvp: [
      (tangent, { inputs: [, x], args: { window } }) => maxPool2dGrad(tangent, x, window),
      (_, { output }) => zerosLike(output),
    ],
  },
  torch:
    "torch.autograd.functional.vjp(lambda y: F.max_pool2d(y, args['window']['kernel'], args['window']['stride'], args['window']['padding']), b, a, create_graph=True)[1]",
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
    {
      inputs: [
        [1, 1, 4, 4],
        [1, 1, 7, 7],
      ],
      args: { window: { kernel: [3, 3], stride: [2, 2], padding: [1, 1] } },
    },
    {
      inputs: [
        [1, 4, 4],
        { shape: [1, 4, 4], values: [0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0] },
      ],
      args: { window: { kernel: [3, 3], stride: [1, 1], padding: [1, 1] } },
      extreme: true,
    },
    {
      inputs: [
        [1, 4, 4],
        { shape: [1, 4, 4], values: [0, 1, 5, 2, -1, NaN, 3, 4, 6, 7, 9, 8, -5, -4, -3, -2] },
      ],
      args: { window: { kernel: [3, 3], stride: [1, 1], padding: [1, 1] } },
      extreme: true,
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
