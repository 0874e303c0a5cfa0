import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import type { Pair } from './conv-geometry.js';
import { maxPoolSizes, planPool, type PoolOptions, type PoolPlan } from './pool.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { maxPool2dGrad } from './max-pool2d-grad.js';
import { maxPool2dTake } from './max-pool2d-take.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface MaxPoolOptions extends PoolOptions {
  /** Rows and columns from one element of a window to the next; 1 when left out. */
  readonly dilation?: Pair;
}

const maxPoolNames: OptionNames<MaxPoolOptions> = {
  kernelSize: true,
  stride: true,
  padding: true,
  ceilMode: true,
  dilation: true,
};

const maxPool2dOp = defineOp<1, PoolPlan>({
  name: 'maxPool2d',
  arity: 1,
  forward: ({ inputs: [x], args: { window, output } }) => {
    const out = emptyTensor(output, x.dtype, 'maxPool2d');
    const sizes = maxPoolSizes(x.shape, output, window);
    if (out.size > 0) engine().kernel('maxPool2d', x.dtype)(out.address(), x.address(), ...sizes);
    return out;
  },
  derivative: {
    vjp: [(gradient, { inputs: [x], args: { window } }) => maxPool2dGrad(gradient, x, window)],
    jvp: [
      (tangent, { inputs: [x], args: { window, output } }) =>
        maxPool2dTake(tangent, x, output, window),
    ],
  },
  torch:
    "F.max_pool2d(a, args['window']['kernel'], args['window']['stride'], args['window']['padding'], args['window'].get('dilation', 1), args.get('ceilMode', False))",
  samples: [
    {
      inputs: [[2, 2, 4, 6]],
      args: { window: { kernel: [2, 2], stride: [2, 2], padding: [0, 0] }, output: [2, 2, 2, 3] },
    },
    {
      inputs: [[2, 5, 4]],
      args: { window: { kernel: [3, 2], stride: [1, 2], padding: [1, 1] }, output: [2, 5, 3] },
    },
    {
      inputs: [[1, 7, 6]],
      args: {
        window: { kernel: [3, 2], stride: [2, 1], padding: [1, 1], dilation: [2, 3] },
        output: [1, 3, 5],
      },
    },
    {
      inputs: [[2, 5, 6]],
      args: {
        window: { kernel: [2, 3], stride: [2, 2], padding: [0, 1] },
        output: [2, 3, 4],
        ceilMode: true,
      },
    },
    {
      inputs: [[0, 1, 2, 2]],
      args: { window: { kernel: [2, 2], stride: [2, 2], padding: [0, 0] }, output: [0, 1, 1, 1] },
    },
    {
      inputs: [[1, 1, 7, 7]],
      args: { window: { kernel: [3, 3], stride: [2, 2], padding: [1, 1] }, output: [1, 1, 4, 4] },
    },
    {
      inputs: [{ shape: [1, 4, 4], values: [0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0] }],
      args: { window: { kernel: [3, 3], stride: [1, 1], padding: [1, 1] }, output: [1, 4, 4] },
      extreme: true,
    },
    {
      inputs: [
        { shape: [1, 4, 4], values: [0, 1, 5, 2, -1, NaN, 3, 4, 6, 7, 9, 8, -5, -4, -3, -2] },
      ],
      args: { window: { kernel: [3, 3], stride: [1, 1], padding: [1, 1] }, output: [1, 4, 4] },
      extreme: true,
    },
  ],
});

/**
 * The largest element of each window of the images `[N, C, H, W]`, or `[C, H, W]`; NaN where there is
 * one. Padding counts as -Infinity. Derivative: the gradient at the first of the largest, in ascending
 * order where windows overlap.
 * @throws ShapeError when the window does not fit; ValueError for sizes below 1, or padding of more
 *   than half of the window; DTypeError for whole numbers
 *
 * @example
 * maxPool2d(zeros([8, 32, 28, 28]), { kernelSize: 2 }).shape; // [8, 32, 14, 14]
 */
export function maxPool2d(x: Tensor, options: MaxPoolOptions): Tensor {
  checkOptions('maxPool2d', options, maxPoolNames);
  return maxPool2dOp([x], planPool('maxPool2d', x, options));
}
