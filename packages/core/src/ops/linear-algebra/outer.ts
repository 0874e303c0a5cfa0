import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { mul } from '../elementwise/mul.js';
import { unsqueeze } from '../shape/unsqueeze.js';

/**
 * The outer product of two vectors, the matrix `y_ij = a_i b_j`. Derivatives: `g b` and `gT a`.
 * @throws ShapeError unless both are vectors
 *
 * @example
 * outer(tensor([1, 2]), tensor([3, 4, 5])); // [[3, 4, 5], [6, 8, 10]]
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  if (a.rank !== 1 || b.rank !== 1) {
    throw new ShapeError(
      `outer: ${formatShape(a.shape)} and ${formatShape(b.shape)} are not two vectors; flatten() them, ` +
        'or name the axes with einsum()',
    );
  }
  return mul(unsqueeze(a, 1), b);
}

registerComposed({
  name: 'outer',
  run: ([a, b]) => outer(a, b),
  torch: 'torch.outer(a, b)',
  samples: [
    { inputs: [[2], [3]] },
    { inputs: [[1], [1]] },
    { inputs: [[0], [2]] },
    {
      inputs: [
        { shape: [2], dtype: 'i32', low: -4, high: 4 },
        { shape: [3], dtype: 'i32', low: -4, high: 4 },
      ],
    },
  ],
});
