import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { broadcastShapes, formatShape, normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { expand } from '../shape/expand.js';
import { gather } from './gather.js';

/**
 * `gather` whose operands are first stretched to each other along all axes but the given one: what
 * `argmax` or `argsort` found is taken with it. Derivative: as of `gather`.
 * @throws ShapeError when the numbers of axes differ or sizes do not stretch; DTypeError unless the
 *   indices are i32 or u8; ValueError when one is outside of the axis
 *
 * @example
 * const x = tensor([[1, 5], [7, 2]]);
 * takeAlongAxis(x, argmax(x, { axis: 1, keepdim: true }), 1); // [[5], [7]]
 */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  if (x.rank !== indices.rank) {
    throw new ShapeError(
      `takeAlongAxis: ${formatShape(x.shape)} and indices ${formatShape(indices.shape)} have as many ` +
        'axes; unsqueeze() adds one',
    );
  }
  if (x.rank === 0) return gather(x, axis, indices);
  const normal = normalizeAxis('takeAlongAxis', axis, x.rank);
  const without = (one: Tensor) => one.shape.map((size, i) => (i === normal ? 1 : size));
  const common = broadcastShapes('takeAlongAxis', without(x), without(indices));
  const stretch = (one: Tensor) =>
    expand(
      one,
      common.map((size, i) => (i === normal ? (one.shape[i] ?? 1) : size)),
    );
  return gather(stretch(x), normal, stretch(indices));
}

registerComposed<{ readonly axis: number }>({
  name: 'takeAlongAxis',
  run: ([x, indices], { axis }) => takeAlongAxis(x, indices, axis),
  torch: 'torch.take_along_dim(a, b, args["axis"])',
  samples: [
    { inputs: [[3, 4], { shape: [3, 2], dtype: 'i32', low: 0, high: 3 }], args: { axis: -1 } },
    { inputs: [[1, 4], { shape: [3, 1], dtype: 'i32', low: 0, high: 3 }], args: { axis: 1 } },
    { inputs: [[3, 2, 2], { shape: [4, 1, 2], dtype: 'i32', low: 0, high: 2 }], args: { axis: 0 } },
  ],
});
