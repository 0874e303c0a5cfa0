import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { norm } from '../reductions/norm.js';
import { sub } from '../elementwise/sub.js';
import { unsqueeze } from '../shape/unsqueeze.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface PairwiseDistanceOptions {
  /** The order of the norm; 2 when left out. */
  readonly p?: number;
  /** What is added to every difference, so that the distance of equal vectors is smooth; 1e-6 when left out. */
  readonly eps?: number;
  /** Keep the axis of the vectors, with size 1. */
  readonly keepdim?: boolean;
}

const pairwiseDistanceNames: OptionNames<PairwiseDistanceOptions> = {
  p: true,
  eps: true,
  keepdim: true,
};

/**
 * The distances between the vectors along the last axis of two tensors, one by one:
 * `y = ||a - b + eps||_p`, with broadcasting.
 * @throws ShapeError when the shapes do not broadcast, or both are scalars; DTypeError for whole numbers
 *
 * @example
 * pairwiseDistance(tensor([[0, 0]]), tensor([[3, 4]])); // [5]
 */
export function pairwiseDistance(
  a: Tensor,
  b: Tensor,
  options: PairwiseDistanceOptions = {},
): Tensor {
  checkOptions('pairwiseDistance', options, pairwiseDistanceNames);
  const { p = 2, eps = 1e-6, keepdim = false } = options;
  requireFloat('pairwiseDistance', a, b);
  return norm(add(sub(a, b), eps), { p, axis: -1, keepdim });
}

/**
 * The distances between all vectors of one set and all of another: `[..., n, d]` and `[..., m, d]`
 * become `[..., n, m]`, `y_ij = ||a_i - b_j||_p`; axes in front broadcast. All differences are held at once.
 * Derivative: that of the norm, 0 where the distance is 0.
 * @throws ShapeError unless both are sets of vectors of one length; DTypeError for whole numbers
 *
 * @example
 * cdist(tensor([[0, 0], [3, 0]]), tensor([[0, 4]])); // [[4], [5]]
 */
export function cdist(a: Tensor, b: Tensor, { p = 2 }: { readonly p?: number } = {}): Tensor {
  requireFloat('cdist', a, b);
  if (a.rank < 2 || b.rank < 2 || a.shape.at(-1) !== b.shape.at(-1)) {
    throw new ShapeError(
      `cdist: ${formatShape(a.shape)} and ${formatShape(b.shape)} are not [..., n, d] and [..., m, d] with the same d`,
    );
  }
  return norm(sub(unsqueeze(a, -2), unsqueeze(b, -3)), { p, axis: -1 });
}

registerComposed<PairwiseDistanceOptions>({
  name: 'pairwiseDistance',
  run: ([a, b], options) => pairwiseDistance(a, b, options),
  torch:
    "F.pairwise_distance(a, b, args.get('p', 2), args.get('eps', 1e-6), args.get('keepdim', False))",
  samples: [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      args: {},
    },
    { inputs: [[2, 3], [3]], args: { p: 1, keepdim: true } },
    { inputs: [[3], [3]], args: { p: 3, eps: 0.01 } },
    {
      inputs: [
        [0, 3],
        [1, 3],
      ],
      args: {},
    },
  ],
});

registerComposed<{ readonly p?: number }>({
  name: 'cdist',
  run: ([a, b], options) => cdist(a, b, options),
  torch: "torch.cdist(a, b, args.get('p', 2.0))",
  samples: [
    {
      inputs: [
        [3, 2],
        [2, 2],
      ],
      args: {},
    },
    {
      inputs: [
        [2, 2, 2],
        [1, 3, 2],
      ],
      args: { p: 1 },
    },
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      args: { p: 3 },
    },
    {
      inputs: [
        [0, 2],
        [3, 2],
      ],
      args: {},
    },
    {
      inputs: [
        { shape: [2, 2], values: [1, 2, 3, 4] },
        { shape: [2, 2], values: [1, 2, 0, 0] },
      ],
      args: {},
      extreme: true,
    },
  ],
});
