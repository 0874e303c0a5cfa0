import { ShapeError } from '../../errors.js';
import { defineOp } from '../../op.js';
import { requireList } from '../../require-list.js';
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  formatShape,
  sameShape,
  type Shape,
} from '../../shape.js';
import { stridedCopy } from '../../strided.js';
import type { Tensor } from '../../tensor.js';
import { sumTo } from '../reductions/sum-to.js';

interface ExpandArgs {
  readonly shape: Shape;
}

const expandOp = defineOp<1, ExpandArgs>({
  name: 'expand',
  arity: 1,
  forward: ({ inputs: [x], args: { shape } }) =>
    stridedCopy(x, shape, broadcastStrides(x.shape, shape)),
  derivative: { transpose: [(gradient, { inputs: [x] }) => sumTo(gradient, x.shape)] },
  torch: "a.expand(args['shape'])",
  samples: [
    { inputs: [[3, 1]], args: { shape: [2, 3, 4] } },
    { inputs: [[]], args: { shape: [2] } },
    { inputs: [[1, 3]], args: { shape: [0, 3] } },
  ],
});

/**
 * The tensor as it is read beside one of the given shape: `expand` by the name that NumPy has for it.
 * @throws ShapeError when another axis than one of size 1 would have to stretch
 *
 * @example
 * broadcastTo(tensor([1, 2]), [3, 2]).shape; // [3, 2]
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return expand(x, shape);
}

/**
 * The tensor repeated along axes of size 1, and along new axes in front, to fill `shape`. A size of
 * -1 keeps that of `x`. Derivative: the gradient summed over the repetitions.
 * @throws ShapeError when another axis than one of size 1 would have to stretch
 *
 * @example
 * expand(tensor([[1], [2]]), [-1, 3]); // [[1, 1, 1], [2, 2, 2]]
 */
export function expand(x: Tensor, sizes: Shape): Tensor {
  requireList('expand', 'sizes', sizes, '[2, 3]');
  const lead = sizes.length - x.rank;
  const shape = sizes.map((size, axis) => (size === -1 ? (x.shape[axis - lead] ?? -1) : size));
  if (shape.includes(-1)) {
    throw new ShapeError(
      `expand: -1 keeps the size of an axis, but axis ${shape.indexOf(-1)} of ${formatShape(sizes)} is new ` +
        `to ${formatShape(x.shape)}; give its size`,
    );
  }
  checkShape('expand', shape);
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShapes('expand', x.shape, shape), shape)) {
    throw new ShapeError(
      `expand: ${formatShape(x.shape)} does not stretch to ${formatShape(shape)}; only sizes of 1 do`,
    );
  }
  return expandOp([x], { shape });
}
