import { ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { reduceLoss, type LossOptions } from './reduction.js';
import type { Tensor } from '../../tensor.js';
import { div } from '../elementwise/div.js';
import { huber } from './huber.js';
import { l1 } from './l1.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface SmoothL1Options extends LossOptions {
  /** The error below which the loss is quadratic; 1 when left out. At 0 it is the absolute error. */
  readonly beta?: number;
}

const smoothL1Names: OptionNames<SmoothL1Options> = { reduction: true, beta: true };

/**
 * The absolute error, rounded off near 0: with `e = |x - t|`, `e^2 / (2 beta)` below `beta` and
 * `e - beta / 2` above; the mean over all elements, the sum, or each by itself. Derivative before the
 * reduction: `(x - t) / beta`, clamped to `[-1, 1]`, and the opposite by the target.
 * @throws ShapeError when the shapes differ; DTypeError unless both are f32 or both f64; ValueError when
 *   beta is below 0
 *
 * @example
 * smoothL1(tensor([1, 5]), tensor([2, 2]), { reduction: 'none' }); // [0.5, 2.5]
 */
export function smoothL1(x: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  checkOptions('smoothL1', options, smoothL1Names);
  const { beta = 1 } = options;
  if (!(beta >= 0)) throw new ValueError(`smoothL1: beta is 0 or more, not ${beta}`);
  const losses =
    beta === 0
      ? l1(x, target, { reduction: 'none' })
      : div(huber(x, target, { reduction: 'none', delta: beta }), beta);
  return reduceLoss('smoothL1', losses, options);
}

registerComposed<SmoothL1Options>({
  name: 'smoothL1',
  run: ([x, target], options) => smoothL1(x, target, options),
  torch: 'F.smooth_l1_loss(a, b, **args)',
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
        [2, 3],
        [2, 3],
      ],
      args: { beta: 0.5, reduction: 'sum' },
    },
    { inputs: [[4], [4]], args: { beta: 0, reduction: 'none' } },
  ],
});
