import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { poolSizes, type PoolWindow } from './pool.js';
import type { Shape } from '../../shape.js';
import { zeros } from '../../create.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { averageWindows } from './avg-pool2d.js';

interface AvgPoolGradArgs {
  readonly window: PoolWindow;
  readonly countIncludePad: boolean;
  /** Shape of the images. */
  readonly image: Shape;
}

const avgPool2dGradOp = defineOp<1, AvgPoolGradArgs>({
  name: 'avgPool2dGrad',
  arity: 1,
  forward: ({ inputs: [gradient], args: { window, image, countIncludePad } }) => {
    if (gradient.size === 0) return zeros(image, { dtype: gradient.dtype });
    const out = emptyTensor(image, gradient.dtype, 'avgPool2dGrad');
    const sizes = poolSizes(image, gradient.shape, window);
    const kernel = engine().kernel('avgPool2dGrad', gradient.dtype);
    kernel(out.address(), gradient.address(), ...sizes, countIncludePad ? 1 : 0);
    return out;
  },
  derivative: {
    transpose: [
      (outer, { inputs: [gradient], args }) =>
        averageWindows(outer, { ...args, output: gradient.shape }),
    ],
  },
  torch:
    "torch.autograd.functional.vjp(lambda y: F.avg_pool2d(y, args['window']['kernel'], args['window']['stride'], args['window']['padding'], count_include_pad=args['countIncludePad']), torch.zeros(args['image'], dtype=a.dtype), a, create_graph=True)[1]",
  samples: [
    {
      inputs: [[2, 2, 2, 3]],
      args: {
        window: { kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
        image: [2, 2, 4, 6],
        countIncludePad: true,
      },
    },
    {
      inputs: [[2, 5, 3]],
      args: {
        window: { kernel: [3, 2], stride: [1, 2], padding: [1, 1] },
        image: [2, 5, 4],
        countIncludePad: false,
      },
    },
    {
      inputs: [[1, 1, 4, 4]],
      args: {
        window: { kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
        image: [1, 1, 7, 7],
        countIncludePad: true,
      },
    },
    {
      inputs: [[1, 1, 4, 4]],
      args: {
        window: { kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
        image: [1, 1, 7, 7],
        countIncludePad: false,
      },
    },
  ],
});

/** The gradient of an average pooling by its images, from that of its result. */
export function avgPool2dGrad(
  gradient: Tensor,
  image: Shape,
  { window, countIncludePad }: Omit<AvgPoolGradArgs, 'image'>,
): Tensor {
  return avgPool2dGradOp([gradient], { window, countIncludePad, image });
}
