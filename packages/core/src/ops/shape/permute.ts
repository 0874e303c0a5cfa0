import { ShapeError } from '../../errors.js';
import { defineOp } from '../../op.js';
import { requireList } from '../../require-list.js';
import { stridedCopy } from '../../strided.js';
import { formatShape, normalizeAxis, rowMajorStrides } from '../../shape.js';
import type { Tensor } from '../../tensor.js';

interface PermuteArgs {
  readonly axes: readonly number[];
}

const permuteOp = defineOp<1, PermuteArgs>({
  name: 'permute',
  arity: 1,
  forward: ({ inputs: [x], args: { axes } }) => {
    const strides = rowMajorStrides(x.shape);
    return stridedCopy(
      x,
      axes.map((axis) => x.shape[axis] ?? 1),
      axes.map((axis) => strides[axis] ?? 0),
    );
  },
  derivative: {
    transpose: [
      (gradient, { args: { axes } }) =>
        permute(
          gradient,
          axes.map((_, i) => axes.indexOf(i)),
        ),
    ],
  },
  torch: "a.permute(args['axes'])",
  samples: [
    { inputs: [[2, 3, 4]], args: { axes: [2, 0, 1] } },
    { inputs: [[2, 0]], args: { axes: [1, 0] } },
    { inputs: [[]], args: { axes: [] } },
    { inputs: [[2, 3, 1, 2]], args: { axes: [1, 3, 2, 0] } },
  ],
});

/**
 * The axes in another order: axis `i` of the result is axis `axes[i]` of `x`. Derivative: the
 * gradient with the axes put back.
 * @throws ShapeError when the axes are not each axis once
 *
 * @example
 * permute(zeros([2, 3, 4]), [2, 0, 1]).shape; // [4, 2, 3]
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  requireList('permute', 'axes', axes, '[1, 0]');
  const normal = axes.map((axis) => normalizeAxis('permute', axis, x.rank));
  if (normal.length !== x.rank || new Set(normal).size !== x.rank) {
    throw new ShapeError(
      `permute: axes [${axes.join(', ')}] must name each axis of ${formatShape(x.shape)} once`,
    );
  }
  if (normal.every((axis, i) => axis === i)) return x;
  return permuteOp([x], { axes: normal });
}
