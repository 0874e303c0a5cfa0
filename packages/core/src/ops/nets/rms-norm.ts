import { checkWeights, rowsOver } from './normalization.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { standardize } from './standardize.js';
import { reshape } from '../shape/reshape.js';

/**
 * `y = x / sqrt(mean(x^2) + eps) * weight`, with the mean of each sample over the last axes, which have the sizes
 * `normalizedShape`, as has the weight. `eps` is the distance from 1 to the next number of the dtype when left
 * out, as in PyTorch. Derivative with `g` times the weight, `h` the result without it, and the root `s`:
 * `(g - h mean(g h)) / s`.
 * @throws ShapeError when the last axes or the weight are not of that shape; DTypeError unless all are
 *   f32 or all f64
 *
 * @example
 * rmsNorm(tensor([3, 4]), 2); // [3, 4] / sqrt(12.5)
 */
export function rmsNorm(
  x: Tensor,
  normalizedShape: number | Shape,
  weight: Tensor | null = null,
  eps = x.dtype === 'f64' ? 2 ** -52 : 2 ** -23,
): Tensor {
  requireFloat('rmsNorm', x, ...(weight === null ? [] : [weight]));
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  const rows = rowsOver('rmsNorm', x, shape);
  checkWeights('rmsNorm', shape, { weight });
  const flat = weight === null ? null : reshape(weight, [weight.size]);
  return reshape(standardize(rows, { eps, centred: false, part: 1 }, flat), x.shape);
}

registerComposed<{ normalizedShape: number[]; eps?: number }>({
  name: 'rmsNorm',
  run: ([x, weight], { normalizedShape, eps }) => rmsNorm(x, normalizedShape, weight, eps),
  torch:
    "a * torch.rsqrt(a.square().mean(tuple(range(-len(args['normalizedShape']), 0)), keepdim=True) + " +
    "args.get('eps', torch.finfo(a.dtype).eps)) * (b if len(x) > 1 else 1)",
  samples: [
    { inputs: [[2, 3, 4], [4]], args: { normalizedShape: [4] } },
    {
      inputs: [
        [2, 2, 3],
        [2, 3],
      ],
      args: { normalizedShape: [2, 3], eps: 0.1 },
    },
    { inputs: [[3, 17]], args: { normalizedShape: [17] } },
    { inputs: [[0, 3], [3]], args: { normalizedShape: [3] } },
  ],
});
