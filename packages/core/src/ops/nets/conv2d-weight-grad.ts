import { convSizes, convWindowOf, type ConvWindow } from './conv-geometry.js';
import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import type { Shape } from '../../shape.js';
import { zeros } from '../../create.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { convolve } from './conv2d.js';
import { conv2dInputGrad } from './conv2d-input-grad.js';

interface WeightGradArgs extends ConvWindow {
  /** Shape of the windows. */
  readonly weight: Shape;
}

const conv2dWeightGradOp = defineOp<2, WeightGradArgs>({
  name: 'conv2dWeightGrad',
  arity: 2,
  forward: ({ inputs: [gradient, x], args }) => {
    if (gradient.size === 0) return zeros(args.weight, { dtype: x.dtype });
    const out = emptyTensor(args.weight, x.dtype, 'conv2dWeightGrad');
    engine().kernel('conv2dWeightGrad', x.dtype)(
      out.address(),
      gradient.address(),
      x.address(),
      ...convSizes(x.shape, args.weight, gradient.shape, args),
    );
    return out;
  },
  derivative: {
    multilinear: [
      (outer, { inputs: [gradient, x], args }) => convolve(x, outer, gradient.shape, args),
      (outer, { inputs: [gradient, x], args }) => conv2dInputGrad(gradient, outer, x.shape, args),
    ],
  },
  torch:
    "torch.nn.grad.conv2d_weight(b, args['weight'], a, args['stride'], args['padding'], args.get('dilation', 1), args.get('groups', 1))",
  samples: [
    {
      inputs: [
        [2, 3, 2, 4],
        [2, 2, 4, 5],
      ],
      args: { stride: [2, 1], padding: [1, 0], weight: [3, 2, 3, 2] },
    },
    {
      inputs: [
        [1, 2, 2, 2],
        [1, 1, 4, 4],
      ],
      args: { stride: [1, 1], padding: [0, 0], weight: [2, 1, 3, 3] },
    },
    {
      inputs: [
        [1, 1, 3, 3],
        [1, 1, 7, 7],
      ],
      args: { stride: [3, 3], padding: [1, 1], weight: [1, 1, 3, 3] },
    },
    {
      inputs: [
        [1, 2, 3, 4],
        [1, 2, 4, 9],
      ],
      args: { stride: [2, 3], padding: [1, 2], weight: [2, 2, 2, 4] },
    },
    {
      inputs: [
        [1, 2, 3, 7],
        [1, 2, 7, 6],
      ],
      args: { stride: [2, 1], padding: [1, 2], dilation: [2, 3], weight: [2, 2, 3, 2] },
    },
    {
      inputs: [
        [2, 6, 2, 2],
        [2, 4, 3, 4],
      ],
      args: { stride: [1, 1], padding: [0, 0], groups: 2, weight: [6, 2, 2, 3] },
    },
  ],
});

/**
 * The gradient of a convolution by its windows, from that of its result `[N, O, oh, ow]` and the
 * images `[N, C, H, W]`. It is linear in both.
 */
export function conv2dWeightGrad(
  gradient: Tensor,
  x: Tensor,
  weight: Shape,
  window: ConvWindow,
): Tensor {
  return conv2dWeightGradOp([gradient, x], { ...convWindowOf(window), weight });
}
