import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss, type LossOptions, lossNames } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import type { Tensor } from '../../tensor.js';
import { abs } from '../elementwise/abs.js';
import { sub } from '../elementwise/sub.js';
import { checkOptions } from '../../options.js';

/**
 * The absolute error `|x - t|`; its mean over all elements, its sum, or each by itself. Derivative
 * before the reduction: `sign(x - t)`, 0 where they are equal, and the opposite by the target.
 * @throws ShapeError when the shapes differ; DTypeError unless both are f32 or both f64
 *
 * @example
 * l1(tensor([1, 5]), tensor([2, 2])).item(); // 2
 */
export function l1(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptions('l1', options, lossNames);
  requireFloat('l1', x, target);
  requireSameShape('l1', x, target);
  return reduceLoss('l1', abs(sub(x, target)), options);
}

registerComposed<LossOptions>({
  name: 'l1',
  run: ([x, target], options) => l1(x, target, options),
  torch: 'F.l1_loss(a, b, **args)',
  samples: [
    { inputs: [[3, 4], { shape: [3, 4], low: 2, high: 3 }], args: {} },
    { inputs: [[2, 3], { shape: [2, 3], low: -3, high: -2 }], args: { reduction: 'sum' } },
    { inputs: [[], []], args: { reduction: 'none' } },
    {
      inputs: [
        { shape: [4], values: [1, -2, 0, Infinity] },
        { shape: [4], values: [1, 2, -0, 3] },
      ],
      args: { reduction: 'none' },
      extreme: true,
    },
  ],
});
