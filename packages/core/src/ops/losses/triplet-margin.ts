import { ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import type { Tensor } from '../../tensor.js';
import { abs } from '../elementwise/abs.js';
import { add } from '../elementwise/add.js';
import type { MarginOptions } from './hinge-embedding.js';
import { minimum } from '../elementwise/minimum.js';
import { pow } from '../elementwise/pow.js';
import { relu } from '../activations/relu.js';
import { sqrt } from '../elementwise/sqrt.js';
import { square } from '../elementwise/square.js';
import { sub } from '../elementwise/sub.js';
import { sum } from '../reductions/sum.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface TripletMarginOptions extends MarginOptions {
  /** The norm of the distance, 1 or more; 2 when left out. */
  readonly p?: number;
  /** Added to each difference, so that the distance of equal vectors has a derivative; 1e-6. */
  readonly eps?: number;
  /** Whether the positive's distance to the negative counts where that is smaller; false. */
  readonly swap?: boolean;
}

const tripletMarginNames: OptionNames<TripletMarginOptions> = {
  reduction: true,
  margin: true,
  p: true,
  eps: true,
  swap: true,
};

/** `(sum_i |a_i - b_i + eps|^p)^(1/p)` along the last axis. */
function distance(a: Tensor, b: Tensor, p: number, eps: number): Tensor {
  const difference = add(sub(a, b), eps);
  if (p === 2) return sqrt(sum(square(difference), { axis: -1 }));
  const lengths = abs(difference);
  if (p === 1) return sum(lengths, { axis: -1 });
  return pow(sum(pow(lengths, p), { axis: -1 }), 1 / p);
}

/**
 * `max(0, d(a, p) - d(a, n) + margin)`: that the anchor `a` be nearer to the positive than to the
 * negative vector, by a margin of 1 when left out. Vectors are the last axis; the mean over all others,
 * the sum, or each by itself. `d` is the p-norm of the difference plus `eps`. Derivatives: those of the
 * distances where the loss is above 0, else 0.
 * @throws ShapeError when the shapes differ or are those of scalars; DTypeError unless all are f32 or
 *   all f64; ValueError for a p below 1
 *
 * @example
 * const [a, p, n] = [[0, 0], [0, 1], [2, 0]].map((x) => tensor([x]));
 * tripletMargin(a, p, n, { margin: 2 }).item(); // 1 - 2 + 2 = 1
 */
export function tripletMargin(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginOptions = {},
): Tensor {
  checkOptions('tripletMargin', options, tripletMarginNames);
  const { margin = 1, p = 2, eps = 1e-6, swap = false } = options;
  requireFloat('tripletMargin', anchor, positive, negative);
  requireSameShape('tripletMargin', anchor, positive);
  requireSameShape('tripletMargin', anchor, negative);
  if (!(p >= 1)) throw new ValueError(`tripletMargin: p is 1 or more, not ${p}`);
  const near = distance(anchor, positive, p, eps);
  const far = distance(anchor, negative, p, eps);
  const nearest = swap ? minimum(far, distance(positive, negative, p, eps)) : far;
  return reduceLoss('tripletMargin', relu(add(sub(near, nearest), margin)), options);
}

registerComposed<TripletMarginOptions>({
  name: 'tripletMargin',
  run: ([anchor, positive, negative], options) =>
    tripletMargin(anchor, positive, negative, options),
  torch: 'F.triplet_margin_loss(a, b, c, **args)',
  samples: [
    {
      inputs: [
        [4, 3],
        [4, 3],
        [4, 3],
      ],
      args: {},
    },
    {
      inputs: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      args: { p: 1, margin: 2, reduction: 'sum' },
    },
    {
      inputs: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      args: { p: 3, swap: true, reduction: 'none' },
    },
    { inputs: [[3], [3], [3]], args: { margin: 4, swap: true } },
  ],
});
