import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import { formatShape, sameShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { eq } from '../elementwise/compare.js';
import { type MarginOptions, marginNames } from './hinge-embedding.js';
import { mul } from '../elementwise/mul.js';
import { relu } from '../activations/relu.js';
import { rsqrt } from '../elementwise/rsqrt.js';
import { square } from '../elementwise/square.js';
import { sub } from '../elementwise/sub.js';
import { sum } from '../reductions/sum.js';
import { where } from '../elementwise/where.js';
import { checkOptions } from '../../options.js';

/** Added to squared lengths, so that a vector of zeros has a direction. */
const epsilon = 1e-12;

/**
 * Of the cosine `c` of two vectors, the last axis of `[N, D]` (or `[D]`): `1 - c` where the target is 1
 * (they belong together), and `max(0, c - margin)`, with a margin of 0 when left out, where it is -1. The
 * targets are `[N]` (or a scalar); the mean over them, the sum, or each by itself. Derivative: that of
 * `c = a b / sqrt((a a + 1e-12) (b b + 1e-12))`, or 0.
 * @throws ShapeError when the shapes do not fit; DTypeError unless both vectors are f32 or both f64
 *
 * @example
 * cosineEmbedding(tensor([[1, 0]]), tensor([[1, 1]]), tensor([1])).item(); // 1 - 1 / sqrt 2
 */
export function cosineEmbedding(
  a: Tensor,
  b: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  checkOptions('cosineEmbedding', options, marginNames);
  requireFloat('cosineEmbedding', a, b);
  requireSameShape('cosineEmbedding', a, b);
  if (a.rank === 0 || a.rank > 2 || !sameShape(target.shape, a.shape.slice(0, -1))) {
    throw new ShapeError(
      `cosineEmbedding: vectors ${formatShape(a.shape)} and targets ${formatShape(target.shape)} do ` +
        'not fit: they are [N, D] and [N], or [D] and a scalar',
    );
  }
  const inner = (x: Tensor, y: Tensor) => sum(mul(x, y), { axis: -1 });
  const lengths = mul(
    addEpsilon(sum(square(a), { axis: -1 })),
    addEpsilon(sum(square(b), { axis: -1 })),
  );
  const cosine = mul(inner(a, b), rsqrt(lengths));
  const apart = relu(sub(cosine, options.margin ?? 0));
  return reduceLoss('cosineEmbedding', where(eq(target, 1), sub(1, cosine), apart), options);
}

function addEpsilon(squares: Tensor): Tensor {
  return add(squares, epsilon);
}

const pairs = { shape: [4], values: [1, -1, -1, 1], dtype: 'i32' } as const;

registerComposed<MarginOptions>({
  name: 'cosineEmbedding',
  run: ([a, b, target], options) => cosineEmbedding(a, b, target, options),
  torch: 'F.cosine_embedding_loss(a, b, c, **args)',
  samples: [
    { inputs: [[4, 3], [4, 3], pairs], args: {} },
    { inputs: [[4, 3], [4, 3], pairs], args: { margin: -0.5, reduction: 'sum' } },
    {
      inputs: [[3], [3], { shape: [], values: [1], dtype: 'i32' }],
      args: { reduction: 'none' },
    },
  ],
});
