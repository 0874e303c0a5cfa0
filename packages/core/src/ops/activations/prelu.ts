import { ShapeError } from '../../errors.js';
import { promoteOperands } from '../../elementwise.js';
import { literal } from '../../literal.js';
import { registerComposed } from '../../op.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { gt } from '../elementwise/compare.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';
import { where } from '../elementwise/where.js';

/**
 * `y = x` for x > 0, else `a x`, with slopes `a` to be learnt: one, or one a channel, which is axis 1 of x
 * (He et al. 2015). Derivatives: 1 or `a` by x; by `a` the sum of x where it is not above 0.
 * @throws ShapeError when `a` has neither one element nor one a channel
 *
 * @example
 * prelu(tensor([[-2, 4]]), tensor([0.5])); // [[-1, 4]]
 */
export function prelu(x: Tensor, a: Tensor): Tensor {
  const [values, slopes] = promoteOperands('prelu', x, a, 'float');
  const channels = x.rank < 2 ? 1 : (x.shape[1] ?? 1);
  if (a.rank > 1 || (a.size !== 1 && a.size !== channels)) {
    throw new ShapeError(
      `prelu: x of shape ${formatShape(x.shape)} has ${channels} channels (axis 1), but a has shape ` +
        `${formatShape(a.shape)}; give a shape of [1] or [${channels}]`,
    );
  }
  const along = reshape(
    slopes,
    a.size === 1 ? [] : [a.size, ...new Array<number>(x.rank - 2).fill(1)],
  );
  const positive = gt(values, 0);
  // Where x is above 0 it must not reach the product: 0 times an infinity is not 0.
  const below = where(positive, literal(0, values.dtype), values);
  return where(positive, values, mul(below, along));
}

const slope = { low: 0.1, high: 0.4 };

registerComposed({
  name: 'prelu',
  run: ([x, a]) => prelu(x, a),
  torch: 'F.prelu(a, b.reshape(-1))',
  samples: [
    { inputs: [[3, 4], { shape: [1], ...slope }] },
    { inputs: [[3, 4], { shape: [4], ...slope }] },
    { inputs: [[2, 3, 2, 2], { shape: [3], ...slope }] },
    { inputs: [[5], { shape: [1], ...slope }] },
    { inputs: [[], { shape: [], ...slope }] },
    { inputs: [[0, 2], { shape: [2], ...slope }] },
    {
      inputs: [
        { shape: [5], values: [0, -0, Infinity, -2, 1e4] },
        { shape: [1], ...slope },
      ],
      extreme: true,
    },
  ],
});
