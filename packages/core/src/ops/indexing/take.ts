import { wrappedIndices } from './indices.js';
import { registerComposed } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { indexSelect } from './index-select.js';
import { reshape } from '../shape/reshape.js';

/**
 * The elements at the given places, counted row by row through all of `x`, in the shape of the indices;
 * those below 0 count from the back. Derivative: the gradient added where it was taken.
 * @throws DTypeError unless the indices are i32 or u8; ValueError when one is outside of `x`
 *
 * @example
 * take(tensor([[1, 2], [3, 4]]), tensor([3, 0], { dtype: 'i32' })); // [4, 1]
 */
export function take(x: Tensor, indices: Tensor): Tensor {
  const places = wrappedIndices('take', indices, x.size);
  return reshape(indexSelect(reshape(x, [-1]), reshape(places, [-1])), indices.shape);
}

registerComposed({
  name: 'take',
  run: ([x, indices]) => take(x, indices),
  torch: 'torch.take(a, b)',
  samples: [
    { inputs: [[3, 4], { shape: [2, 3], dtype: 'i32', low: -12, high: 11 }] },
    { inputs: [[3], { shape: [], dtype: 'i32', low: 0, high: 2 }] },
  ],
});
