import { checkOptions, smoothL1, type SmoothL1Options, type Tensor } from '@dltrain/core';
import { targetsLike } from '../targets.js';
import { elementwiseLoss } from './elementwise-loss.js';
import { lossType } from './loss.js';

export const smoothL1Loss = lossType({
  doc: 'The absolute difference, rounded off near 0.',
  parameters: {
    beta: {
      kind: 'number',
      default: 1,
      min: 0,
      doc: 'The difference below which the loss is quadratic.',
    },
  },
  build: ({ beta }) =>
    elementwiseLoss('smooth_l1', (output, target, options) =>
      smoothL1(output, target, { ...options, beta }),
    ),
});

/**
 * The mean smooth L1 loss over all elements; targets may be whole numbers, and `[N]` for `[N, 1]`.
 *
 * @example
 * const loss = new SmoothL1Loss({ beta: 0.5 }).forward(model.forward(x), y);
 */
export class SmoothL1Loss {
  /** @param options `reduction` is `mean` when left out */
  constructor(private readonly options: SmoothL1Options = {}) {
    checkOptions('SmoothL1Loss', options, { beta: 'number', reduction: true });
  }

  forward(output: Tensor, target: Tensor): Tensor {
    return smoothL1(output, targetsLike('SmoothL1Loss', output, target), this.options);
  }
}
