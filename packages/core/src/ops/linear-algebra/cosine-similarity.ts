import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { broadcastShapes, normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { expand } from '../shape/expand.js';
import { mul } from '../elementwise/mul.js';
import { checkEps, normalize } from './normalize.js';
import { reshape } from '../shape/reshape.js';
import { sum } from '../reductions/sum.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface CosineSimilarityOptions {
  /** The axis that the vectors lie along, of the shape that both have together; 1 when left out. */
  readonly axis?: number;
  /** The least norm that is divided by; 1e-8 when left out. */
  readonly eps?: number;
}

const cosineSimilarityNames: OptionNames<CosineSimilarityOptions> = { axis: true, eps: true };

/**
 * The cosine of the angle between vectors, `y = a b / (max(||a||, eps) max(||b||, eps))`, with
 * broadcasting; the axis of the vectors goes.
 * @throws ShapeError when the shapes do not broadcast or the axis is not there; DTypeError for whole
 *   numbers; ValueError for a negative eps
 *
 * @example
 * cosineSimilarity(tensor([[1, 0]]), tensor([[1, 1]])); // [0.7071]
 */
export function cosineSimilarity(
  a: Tensor,
  b: Tensor,
  options: CosineSimilarityOptions = {},
): Tensor {
  checkOptions('cosineSimilarity', options, cosineSimilarityNames);
  const { axis = 1, eps = 1e-8 } = options;
  requireFloat('cosineSimilarity', a, b);
  checkEps('cosineSimilarity', eps);
  const shape = broadcastShapes('cosineSimilarity', a.shape, b.shape);
  const normal = normalizeAxis('cosineSimilarity', axis, shape.length);
  const unit = (x: Tensor) => {
    // Of all axes only that of the vectors has to be stretched before the norm.
    const lead = new Array<number>(shape.length - x.rank).fill(1);
    const sizes = [...lead, ...x.shape];
    const whole = sizes.map((size, i) => (i === normal ? (shape[i] ?? 1) : size));
    return normalize(expand(reshape(x, sizes), whole), { axis: normal, eps });
  };
  return sum(mul(unit(a), unit(b)), { axis: normal });
}

registerComposed<CosineSimilarityOptions>({
  name: 'cosineSimilarity',
  run: ([a, b], options) => cosineSimilarity(a, b, options),
  torch: "F.cosine_similarity(a, b, dim=args.get('axis', 1), eps=args.get('eps', 1e-8))",
  samples: [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      args: {},
    },
    {
      inputs: [
        [2, 1, 3],
        [2, 3],
      ],
      args: { axis: -1 },
    },
    {
      inputs: [
        [3, 1],
        [3, 2],
      ],
      args: { axis: 0 },
    },
    { inputs: [[3], [3]], args: { axis: 0 } },
    {
      inputs: [
        [0, 2],
        [0, 2],
      ],
      args: {},
    },
  ],
});
