import { defineOp } from '../../op.js';
import { normalizeAxis } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import { sourceOf, TransposedStorage, transposedShape } from '../../memory/transposed-storage.js';
import { permute } from './permute.js';

const transposeOp = defineOp({
  name: 'transpose',
  arity: 1,
  lazy: true,
  forward: ({ inputs: [x] }) => {
    const source = sourceOf(x);
    if (source !== null)
      return new Tensor(source.shape, x.dtype, source.storage, source.byteOffset);
    return new Tensor(transposedShape(x.shape), x.dtype, new TransposedStorage(x));
  },
  derivative: { transpose: [(gradient): Tensor => transposeOp([gradient])] },
  torch: 'a.mT',
  samples: [{ inputs: [[3, 4]] }, { inputs: [[2, 3, 4]] }, { inputs: [[0, 3]] }],
});

/**
 * Exchanges two axes, the last two when left out. Exchanging the last two moves nothing until an op
 * other than a matrix product reads the result. Derivative: the gradient, transposed.
 * @throws ShapeError when an axis is not there
 *
 * @example
 * transpose(zeros([2, 3, 4]), 0, 1).shape; // [3, 2, 4]
 */
export function transpose(x: Tensor, axis0 = -2, axis1 = -1): Tensor {
  const a = normalizeAxis('transpose', axis0, x.rank);
  const b = normalizeAxis('transpose', axis1, x.rank);
  if (a === b) return x;
  if (Math.min(a, b) === x.rank - 2) return transposeOp([x]);
  const axes = x.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis));
  return permute(x, axes);
}
