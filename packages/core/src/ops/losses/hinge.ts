import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss, type LossOptions, lossNames } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import type { Tensor } from '../../tensor.js';
import { mul } from '../elementwise/mul.js';
import { relu } from '../activations/relu.js';
import { sub } from '../elementwise/sub.js';
import { checkOptions } from '../../options.js';

/**
 * The hinge loss `max(0, 1 - t x)` of scores x with targets t of -1 and 1; its mean over all elements,
 * its sum, or each by itself. Derivative before the reduction: `-t` where `t x < 1`, else 0.
 * @throws ShapeError when the shapes differ; DTypeError unless both are f32 or both f64
 *
 * @example
 * hinge(tensor([0.25, 3]), tensor([1, -1]), { reduction: 'none' }); // [0.75, 4]
 */
export function hinge(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptions('hinge', options, lossNames);
  requireFloat('hinge', x, target);
  requireSameShape('hinge', x, target);
  return reduceLoss('hinge', relu(sub(1, mul(x, target))), options);
}

registerComposed<LossOptions>({
  name: 'hinge',
  run: ([x, target], options) => hinge(x, target, options),
  torch: '(1 - a * b).clamp(min=0).sum() / (a.numel() if args == {} else 1)',
  samples: [
    {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      args: {},
    },
    { inputs: [[3], { shape: [3], values: [1, -1, 1] }], args: { reduction: 'sum' } },
    { inputs: [[], []], args: { reduction: 'none' } },
  ],
});
