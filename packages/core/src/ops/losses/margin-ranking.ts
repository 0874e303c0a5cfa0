import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { type MarginOptions, marginNames } from './hinge-embedding.js';
import { mul } from '../elementwise/mul.js';
import { neg } from '../elementwise/neg.js';
import { relu } from '../activations/relu.js';
import { sub } from '../elementwise/sub.js';
import { checkOptions } from '../../options.js';

/**
 * `max(0, margin - t (a - b))`: that a be above b where the target is 1, and below where it is -1, by a
 * margin of 0 when left out; the mean over all elements, the sum, or each by itself. Derivatives before
 * the reduction, where it is above 0: `-t` by a and `t` by b.
 * @throws ShapeError when the shapes differ; DTypeError unless all are f32 or all f64
 *
 * @example
 * marginRanking(tensor([1, 1]), tensor([3, 3]), tensor([1, -1]), { reduction: 'none' }); // [2, 0]
 */
export function marginRanking(
  a: Tensor,
  b: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  checkOptions('marginRanking', options, marginNames);
  requireFloat('marginRanking', a, b, target);
  requireSameShape('marginRanking', a, b);
  requireSameShape('marginRanking', a, target);
  const losses = relu(add(mul(neg(target), sub(a, b)), options.margin ?? 0));
  return reduceLoss('marginRanking', losses, options);
}

registerComposed<MarginOptions>({
  name: 'marginRanking',
  run: ([a, b, target], options) => marginRanking(a, b, target, options),
  torch: 'F.margin_ranking_loss(a, b, c, **args)',
  samples: [
    { inputs: [[5], [5], [5]], args: {} },
    {
      inputs: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      args: { margin: 0.5, reduction: 'sum' },
    },
    { inputs: [[4], [4], { shape: [4], values: [1, -1, -1, 1] }], args: { reduction: 'none' } },
  ],
});
