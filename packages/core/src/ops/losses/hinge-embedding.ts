import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss, type LossOptions } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import type { Tensor } from '../../tensor.js';
import { eq } from '../elementwise/compare.js';
import { relu } from '../activations/relu.js';
import { sub } from '../elementwise/sub.js';
import { where } from '../elementwise/where.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface MarginOptions extends LossOptions {
  /** How far apart is far enough. */
  readonly margin?: number;
}

export const marginNames: OptionNames<MarginOptions> = { reduction: true, margin: true };

/**
 * Of distances x: `x` where the target is 1 (a pair belongs together), and `max(0, margin - x)`, with a
 * margin of 1 when left out, where it is -1; the mean over all elements, the sum, or each by itself.
 * Derivative before the reduction: 1, or -1 where `x < margin`, else 0.
 * @throws ShapeError when the shapes differ; DTypeError for distances that are whole numbers
 *
 * @example
 * hingeEmbedding(tensor([0.25, 0.25]), tensor([1, -1]), { reduction: 'none' }); // [0.25, 0.75]
 */
export function hingeEmbedding(x: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  checkOptions('hingeEmbedding', options, marginNames);
  requireFloat('hingeEmbedding', x);
  requireSameShape('hingeEmbedding', x, target);
  const losses = where(eq(target, 1), x, relu(sub(options.margin ?? 1, x)));
  return reduceLoss('hingeEmbedding', losses, options);
}

const pairs = { shape: [2, 3], values: [1, -1, -1, 1, -1, 1], dtype: 'i32' } as const;

registerComposed<MarginOptions>({
  name: 'hingeEmbedding',
  run: ([x, target], options) => hingeEmbedding(x, target, options),
  torch: 'F.hinge_embedding_loss(a, b, **args)',
  samples: [
    { inputs: [[2, 3], pairs], args: {} },
    { inputs: [[2, 3], pairs], args: { margin: 0.5, reduction: 'sum' } },
    { inputs: [[], { shape: [], values: [-1], dtype: 'i32' }], args: { reduction: 'none' } },
  ],
});
