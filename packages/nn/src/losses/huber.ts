import { checkOptions, huber, type HuberOptions, type Tensor } from '@dltrain/core';
import { targetsLike } from '../targets.js';
import { elementwiseLoss } from './elementwise-loss.js';
import { lossType } from './loss.js';

export const huberLoss = lossType({
  doc: 'Half the squared difference up to delta, linear above.',
  parameters: {
    delta: {
      kind: 'number',
      default: 1,
      exclusiveMin: 0,
      doc: 'The difference up to which the loss is quadratic.',
    },
  },
  build: ({ delta }) =>
    elementwiseLoss('huber', (output, target, options) =>
      huber(output, target, { ...options, delta }),
    ),
});

/**
 * The mean Huber loss over all elements; targets may be whole numbers, and `[N]` for `[N, 1]`.
 *
 * @example
 * const loss = new HuberLoss({ delta: 2 }).forward(model.forward(x), y);
 */
export class HuberLoss {
  /** @param options `reduction` is `mean` when left out */
  constructor(private readonly options: HuberOptions = {}) {
    checkOptions('HuberLoss', options, { delta: 'number', reduction: true });
  }

  forward(output: Tensor, target: Tensor): Tensor {
    return huber(output, targetsLike('HuberLoss', output, target), this.options);
  }
}
