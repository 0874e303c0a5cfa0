import { zerosLike } from '../../create.js';
import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { maxPoolSizes, type PoolWindow } from './pool.js';
import type { Shape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { maxPool2dGrad } from './max-pool2d-grad.js';

interface TakeArgs {
  readonly window: PoolWindow;
  /** Shape of the pooled images. */
  readonly output: Shape;
}

const maxPool2dTakeOp = defineOp<2, TakeArgs>({
  name: 'maxPool2dTake',
  arity: 2,
  forward: ({ inputs: [values, x], args: { window, output } }) => {
    const out = emptyTensor(output, x.dtype, 'maxPool2dTake');
    if (out.size === 0) return out;
    const sizes = maxPoolSizes(x.shape, output, window);
    const kernel = engine().kernel('maxPool2dTake', x.dtype);
    kernel(out.address(), values.address(), x.address(), ...sizes);
    return out;
  },
  derivative: {
    vjp: [
      (outer, { inputs: [, x], args: { window } }) => maxPool2dGrad(outer, x, window),
      (_, { inputs: [, x] }) => zerosLike(x),
    ],
    jvp: [
      (tangent, { inputs: [, x], args: { window, output } }) =>
        maxPool2dTake(tangent, x, output, window),
      (_, { output }) => zerosLike(output),
    ],
  },
  torch:
    "a.flatten(-2).gather(-1, F.max_pool2d(b.detach(), args['window']['kernel'], args['window']['stride'], args['window']['padding'], args['window'].get('dilation', 1), return_indices=True)[1].flatten(-2)).reshape(args['output'])",
  samples: [
    {
      inputs: [
        [2, 2, 4, 6],
        [2, 2, 4, 6],
      ],
      args: { window: { kernel: [2, 2], stride: [2, 2], padding: [0, 0] }, output: [2, 2, 2, 3] },
    },
    {
      inputs: [
        [2, 5, 4],
        [2, 5, 4],
      ],
      args: { window: { kernel: [3, 2], stride: [1, 2], padding: [1, 1] }, output: [2, 5, 3] },
    },
    {
      inputs: [
        [1, 7, 6],
        [1, 7, 6],
      ],
      args: {
        window: { kernel: [3, 2], stride: [2, 1], padding: [1, 1], dilation: [2, 3] },
        output: [1, 3, 5],
      },
    },
    {
      inputs: [
        [1, 4, 4],
        { shape: [1, 4, 4], values: [0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0] },
      ],
      args: { window: { kernel: [3, 3], stride: [1, 1], padding: [1, 1] }, output: [1, 4, 4] },
      extreme: true,
    },
    {
      inputs: [
        [1, 4, 4],
        { shape: [1, 4, 4], values: [0, 1, 5, 2, -1, NaN, 3, 4, 6, 7, 9, 8, -5, -4, -3, -2] },
      ],
      args: { window: { kernel: [3, 3], stride: [1, 1], padding: [1, 1] }, output: [1, 4, 4] },
      extreme: true,
    },
  ],
});

/**
 * Of each window of `values`, the element at the place where that window of `x` has its first
 * largest: what max pooling does to a change of its images. Derivative: that of max pooling.
 */
export function maxPool2dTake(
  values: Tensor,
  x: Tensor,
  output: Shape,
  window: PoolWindow,
): Tensor {
  return maxPool2dTakeOp([values, x], { window, output });
}
