import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { planPool, poolSizes, type PoolOptions, type PoolPlan } from './pool.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { avgPool2dGrad } from './avg-pool2d-grad.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts as zeros in the mean; true when left out. */
  readonly countIncludePad?: boolean;
}

const avgPoolNames: OptionNames<AvgPoolOptions> = {
  kernelSize: true,
  stride: true,
  padding: true,
  ceilMode: true,
  countIncludePad: true,
};

interface AvgPoolArgs extends PoolPlan {
  readonly countIncludePad: boolean;
}

const avgPool2dOp = defineOp<1, AvgPoolArgs>({
  name: 'avgPool2d',
  arity: 1,
  forward: ({ inputs: [x], args: { window, output, countIncludePad } }) => {
    const out = emptyTensor(output, x.dtype, 'avgPool2d');
    if (out.size === 0) return out;
    const sizes = poolSizes(x.shape, output, window);
    const kernel = engine().kernel('avgPool2d', x.dtype);
    kernel(out.address(), x.address(), ...sizes, countIncludePad ? 1 : 0);
    return out;
  },
  derivative: {
    transpose: [(gradient, { inputs: [x], args }) => avgPool2dGrad(gradient, x.shape, args)],
  },
  torch:
    "F.avg_pool2d(a, args['window']['kernel'], args['window']['stride'], args['window']['padding'], ceil_mode=args.get('ceilMode', False), count_include_pad=args['countIncludePad'])",
  samples: [
    {
      inputs: [[1, 5, 6]],
      args: {
        window: { kernel: [2, 3], stride: [2, 2], padding: [0, 1] },
        output: [1, 3, 4],
        ceilMode: true,
        countIncludePad: true,
      },
    },
    {
      inputs: [[2, 2, 4, 6]],
      args: {
        window: { kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
        output: [2, 2, 2, 3],
        countIncludePad: true,
      },
    },
    {
      inputs: [[2, 5, 4]],
      args: {
        window: { kernel: [3, 2], stride: [1, 2], padding: [1, 1] },
        output: [2, 5, 3],
        countIncludePad: false,
      },
    },
    {
      inputs: [[1, 1, 7, 7]],
      args: {
        window: { kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
        output: [1, 1, 4, 4],
        countIncludePad: true,
      },
    },
    {
      inputs: [[1, 1, 7, 7]],
      args: {
        window: { kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
        output: [1, 1, 4, 4],
        countIncludePad: false,
      },
    },
  ],
});

/** An average pooling without the checks: everything about its window is already known. */
export function averageWindows(x: Tensor, args: AvgPoolArgs): Tensor {
  return avgPool2dOp([x], args);
}

/**
 * The mean of each window of the images `[N, C, H, W]`, or `[C, H, W]`. Derivative: each element of a
 * window gets an equal share of its gradient.
 * @throws ShapeError when the window does not fit; ValueError for sizes below 1, or padding of more
 *   than half of the window; DTypeError for whole numbers
 *
 * @example
 * avgPool2d(zeros([8, 32, 28, 28]), { kernelSize: 2 }).shape; // [8, 32, 14, 14]
 */
export function avgPool2d(x: Tensor, options: AvgPoolOptions): Tensor {
  checkOptions('avgPool2d', options, avgPoolNames);
  const { countIncludePad = true } = options;
  return avgPool2dOp([x], { ...planPool('avgPool2d', x, options), countIncludePad });
}
