import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape, sameShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { matmul } from './matmul.js';

/**
 * The inner product of two vectors, `y = sum_i a_i b_i`. Derivatives: b and a.
 * @throws ShapeError unless both are vectors of one length; DTypeError unless both are f32 or both f64
 *
 * @example
 * dot(tensor([1, 2, 3]), tensor([4, 5, 6])); // 32
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  if (a.rank !== 1 || !sameShape(a.shape, b.shape)) {
    throw new ShapeError(
      `dot: ${formatShape(a.shape)} and ${formatShape(b.shape)} are not two vectors of one length; ` +
        'for more axes there are matmul() and einsum()',
    );
  }
  return matmul(a, b);
}

registerComposed({
  name: 'dot',
  run: ([a, b]) => dot(a, b),
  torch: 'torch.dot(a, b)',
  samples: [{ inputs: [[5], [5]] }, { inputs: [[1], [1]] }, { inputs: [[0], [0]] }],
});
