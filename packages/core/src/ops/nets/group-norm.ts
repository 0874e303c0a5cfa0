import { ShapeError, ValueError } from '../../errors.js';
import { checkWeights } from './normalization.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { elementCount, formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { standardize } from './standardize.js';
import { reshape } from '../shape/reshape.js';

/**
 * `y = (x - mean) / sqrt(variance + eps) * weight[c] + bias[c]` for `x` `[N, C, ...]`, with the mean and the biased
 * variance of each sample over each of `groups` parts of its channels and all their places; the weight and the
 * bias are `[C]`. Derivative as that of `layerNorm`.
 * @throws ShapeError when the groups do not divide the channels, or the weight or the bias are not `[C]`;
 *   ValueError for a number of groups below 1; DTypeError unless all are f32 or all f64
 *
 * @example
 * groupNorm(zeros([8, 32, 14, 14]), 4).shape; // [8, 32, 14, 14]
 */
export function groupNorm(
  x: Tensor,
  groups: number,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  eps = 1e-5,
): Tensor {
  requireFloat('groupNorm', x, ...[weight, bias].filter((one) => one !== null));
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ValueError(`groupNorm: groups must be a whole number of 1 or more, not ${groups}`);
  }
  const [count = 0, channels = 0] = x.shape;
  if (x.rank < 2 || channels % groups !== 0) {
    throw new ShapeError(
      `groupNorm: x ${formatShape(x.shape)} is not [N, C, ...] with a C that ${groups} divides`,
    );
  }
  checkWeights('groupNorm', [channels], { weight, bias });
  const part = elementCount(x.shape.slice(2));
  const rows = reshape(x, [count * groups, (channels / groups) * part]);
  const y = reshape(standardize(rows, { eps, centred: true, part }, weight, bias), x.shape);
  if (weight !== null || bias === null) return y;
  return add(y, reshape(bias, [channels, ...x.shape.slice(2).map(() => 1)]));
}

registerComposed<{ groups: number; eps?: number }>({
  name: 'groupNorm',
  run: ([x, weight, bias], { groups, eps }) => groupNorm(x, groups, weight, bias, eps),
  torch: "F.group_norm(a, args['groups'], *x[1:], eps=args.get('eps', 1e-5))",
  samples: [
    { inputs: [[2, 4, 3], [4], [4]], args: { groups: 2 } },
    { inputs: [[2, 6, 1, 2], [6], [6]], args: { groups: 3, eps: 0.1 } },
    { inputs: [[2, 4, 2, 2]], args: { groups: 1 } },
    { inputs: [[3, 6], [6], [6]], args: { groups: 2 } },
    { inputs: [[1, 3, 5], [3]], args: { groups: 3 } },
    { inputs: [[0, 4, 2], [4], [4]], args: { groups: 2 } },
  ],
});
