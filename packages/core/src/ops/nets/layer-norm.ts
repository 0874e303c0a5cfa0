import { checkWeights, rowsOver } from './normalization.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { standardize } from './standardize.js';
import { reshape } from '../shape/reshape.js';

/**
 * `y = (x - mean) / sqrt(variance + eps) * weight + bias`, with the mean and the biased variance of each sample over the
 * last axes, which have the sizes `normalizedShape` (one number for the last axis alone), as have the weight
 * and the bias. Derivative with `g` times the weight, `h` the result without weight and bias, and the
 * deviation `s`: `(g - mean(g) - h mean(g h)) / s`.
 * @throws ShapeError when the last axes, the weight or the bias are not of that shape; DTypeError unless
 *   all are f32 or all f64
 *
 * @example
 * layerNorm(tensor([[1, 3], [2, 6]]), 2); // about [[-1, 1], [-1, 1]]
 */
export function layerNorm(
  x: Tensor,
  normalizedShape: number | Shape,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  eps = 1e-5,
): Tensor {
  requireFloat('layerNorm', x, ...[weight, bias].filter((one) => one !== null));
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  const rows = rowsOver('layerNorm', x, shape);
  checkWeights('layerNorm', shape, { weight, bias });
  const flat = (one: Tensor | null) => (one === null ? null : reshape(one, [one.size]));
  const y = standardize(rows, { eps, centred: true, part: 1 }, flat(weight), flat(bias));
  const result = reshape(y, x.shape);
  return weight === null && bias !== null ? add(result, bias) : result;
}

registerComposed<{ normalizedShape: number[]; eps?: number }>({
  name: 'layerNorm',
  run: ([x, weight, bias], { normalizedShape, eps }) =>
    layerNorm(x, normalizedShape, weight, bias, eps),
  torch: "F.layer_norm(a, args['normalizedShape'], *x[1:], eps=args.get('eps', 1e-5))",
  samples: [
    { inputs: [[2, 3, 4], [4], [4]], args: { normalizedShape: [4] } },
    {
      inputs: [
        [2, 2, 3],
        [2, 3],
        [2, 3],
      ],
      args: { normalizedShape: [2, 3], eps: 0.1 },
    },
    { inputs: [[3, 17]], args: { normalizedShape: [17] } },
    { inputs: [[5], [5]], args: { normalizedShape: [5] } },
    { inputs: [[0, 3], [3], [3]], args: { normalizedShape: [3] } },
    // A row of equal elements has no deviation.
    {
      inputs: [{ shape: [2, 3], values: [2, 2, 2, 4, 4.5, 5] }],
      args: { normalizedShape: [3] },
      extreme: true,
    },
  ],
});
