import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { diagonal } from '../shape/diagonal.js';
import { sum } from '../reductions/sum.js';

/**
 * The sum of the diagonal of a matrix. Derivative: the identity times the gradient.
 * @throws ShapeError unless there are two axes
 *
 * @example
 * trace(tensor([[1, 2], [3, 4]])); // 5
 */
export function trace(x: Tensor): Tensor {
  if (x.rank !== 2) {
    throw new ShapeError(
      `trace: ${formatShape(x.shape)} is not one matrix; of a stack of them sum the diagonal() of two axes`,
    );
  }
  return sum(diagonal(x));
}

registerComposed({
  name: 'trace',
  run: ([x]) => trace(x),
  torch: 'torch.trace(a)',
  samples: [
    { inputs: [[3, 3]] },
    { inputs: [[2, 4]] },
    // PyTorch's gradient of a matrix with more rows than columns is wrong.
    { inputs: [[3, 1]], golden: false },
    { inputs: [[0, 3]] },
    { inputs: [{ shape: [3, 3], dtype: 'i32', low: -5, high: 5 }] },
  ],
});
