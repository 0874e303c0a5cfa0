import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { groupNorm } from './group-norm.js';

/**
 * `y = (x - mean) / sqrt(variance + eps) * weight[c] + bias[c]` for `x` `[N, C, ...]`, with the mean and the biased
 * variance of each channel of each sample: a `groupNorm` with a group a channel.
 * @throws ShapeError when x has no places besides samples and channels, or the weight or the bias are not
 *   `[C]`; DTypeError unless all are f32 or all f64
 *
 * @example
 * instanceNorm(zeros([8, 3, 28, 28])).shape; // [8, 3, 28, 28]
 */
export function instanceNorm(
  x: Tensor,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  eps = 1e-5,
): Tensor {
  const [, channels = 0] = x.shape;
  if (x.rank < 3) {
    throw new ShapeError(`instanceNorm: x ${formatShape(x.shape)} is not [N, C, ...]`);
  }
  return groupNorm(x, Math.max(1, channels), weight, bias, eps);
}

registerComposed<{ eps?: number } | undefined>({
  name: 'instanceNorm',
  run: ([x, weight, bias], args) => instanceNorm(x, weight, bias, args?.eps),
  torch: "F.instance_norm(a, None, None, *x[1:], eps=args.get('eps', 1e-5))",
  samples: [{ inputs: [[2, 3, 4], [3], [3]] }, { inputs: [[2, 2, 3, 2]], args: { eps: 0.1 } }],
});
