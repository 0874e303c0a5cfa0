import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss, type LossOptions, lossNames } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import type { Tensor } from '../../tensor.js';
import { square } from '../elementwise/square.js';
import { sub } from '../elementwise/sub.js';
import { checkOptions } from '../../options.js';

/**
 * The squared error `(x - t)^2`; its mean over all elements, its sum, or each by itself. Derivative
 * before the reduction: `2 (x - t)`, and the opposite by the target.
 * @throws ShapeError when the shapes differ; DTypeError unless both are f32 or both f64
 */
export function mse(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptions('mse', options, lossNames);
  requireFloat('mse', x, target);
  requireSameShape('mse', x, target);
  return reduceLoss('mse', square(sub(x, target)), options);
}

registerComposed<LossOptions>({
  name: 'mse',
  run: ([x, target], options) => mse(x, target, options),
  torch: 'F.mse_loss(a, b, **args)',
  samples: [
    {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      args: {},
    },
    {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      args: { reduction: 'sum' },
    },
    { inputs: [[], []], args: { reduction: 'none' } },
  ],
});
