import { convSizes, convWindowOf, type ConvWindow } from './conv-geometry.js';
import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import type { Shape } from '../../shape.js';
import { zeros } from '../../create.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { convolve } from './conv2d.js';
import { conv2dWeightGrad } from './conv2d-weight-grad.js';

interface InputGradArgs extends ConvWindow {
  /** Shape of the images. */
  readonly image: Shape;
}

const conv2dInputGradOp = defineOp<2, InputGradArgs>({
  name: 'conv2dInputGrad',
  arity: 2,
  forward: ({ inputs: [gradient, w], args }) => {
    if (gradient.size === 0) return zeros(args.image, { dtype: w.dtype });
    const out = emptyTensor(args.image, w.dtype, 'conv2dInputGrad');
    engine().kernel('conv2dInputGrad', w.dtype)(
      out.address(),
      gradient.address(),
      w.address(),
      ...convSizes(args.image, w.shape, gradient.shape, args),
    );
    return out;
  },
  derivative: {
    multilinear: [
      (outer, { inputs: [gradient, w], args }) => convolve(outer, w, gradient.shape, args),
      (outer, { inputs: [gradient, w], args }) => conv2dWeightGrad(gradient, outer, w.shape, args),
    ],
  },
  torch:
    "torch.nn.grad.conv2d_input(args['image'], b, a, args['stride'], args['padding'], args.get('dilation', 1), args.get('groups', 1))",
  samples: [
    {
      inputs: [
        [2, 3, 2, 4],
        [3, 2, 3, 2],
      ],
      args: { stride: [2, 1], padding: [1, 0], image: [2, 2, 4, 5] },
    },
    {
      inputs: [
        [1, 2, 2, 2],
        [2, 1, 3, 3],
      ],
      args: { stride: [1, 1], padding: [0, 0], image: [1, 1, 4, 4] },
    },
    {
      inputs: [
        [1, 1, 3, 3],
        [1, 1, 3, 3],
      ],
      args: { stride: [3, 3], padding: [1, 1], image: [1, 1, 7, 7] },
    },
    {
      inputs: [
        [1, 2, 3, 4],
        [2, 2, 2, 4],
      ],
      args: { stride: [2, 3], padding: [1, 2], image: [1, 2, 4, 9] },
    },
    {
      inputs: [
        [1, 2, 3, 7],
        [2, 2, 3, 2],
      ],
      args: { stride: [2, 1], padding: [1, 2], dilation: [2, 3], image: [1, 2, 7, 6] },
    },
    {
      inputs: [
        [2, 6, 2, 2],
        [6, 2, 2, 3],
      ],
      args: { stride: [1, 1], padding: [0, 0], groups: 2, image: [2, 4, 3, 4] },
    },
  ],
});

/**
 * The gradient of a convolution by its images, from that of its result `[N, O, oh, ow]` and the
 * windows `[O, C / groups, kh, kw]`. It is linear in both.
 */
export function conv2dInputGrad(
  gradient: Tensor,
  w: Tensor,
  image: Shape,
  window: ConvWindow,
): Tensor {
  return conv2dInputGradOp([gradient, w], { ...convWindowOf(window), image });
}
