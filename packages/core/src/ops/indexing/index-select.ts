import { bytesPerElement } from '../../dtype.js';
import { engine } from '../../engine.js';
import { checkedIndices } from './indices.js';
import { defineOp, registerComposed } from '../../op.js';
import { elementCount, normalizeAxis } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { addRows } from './add-rows.js';
import { permute } from '../shape/permute.js';

const indexSelectOp = defineOp({
  name: 'indexSelect',
  arity: 2,
  forward: ({ inputs: [x, indices] }) => {
    const row = x.shape.slice(1);
    const out = emptyTensor([indices.size, ...row], x.dtype, 'indexSelect');
    const rowBytes = elementCount(row) * bytesPerElement(x.dtype);
    const gather = engine().kernel('gatherRows');
    gather(out.address(), x.address(), indices.address(), indices.size, rowBytes);
    return out;
  },
  derivative: {
    transpose: [
      (gradient, { inputs: [x, indices] }) => addRows(gradient, indices, x.shape[0] ?? 0),
      { nondifferentiable: 'an index is a whole number' },
    ],
  },
  torch: 'a.index_select(0, b)',
  samples: [
    { inputs: [[5, 3], { shape: [7], dtype: 'i32', low: 0, high: 4 }] },
    { inputs: [[4], { shape: [2], dtype: 'i32', low: 0, high: 3 }] },
    { inputs: [[4, 2], { shape: [0], dtype: 'i32', low: 0, high: 3 }] },
  ],
});

/**
 * The rows (or what lies along another axis) that a list of indices names, in its order and as often
 * as it names them. Derivative: each row's gradient added at its index, in ascending order.
 * @throws DTypeError unless the indices are i32 or u8; ShapeError unless they are one list;
 *   ValueError when one is outside of the axis
 *
 * @example
 * indexSelect(tensor([[1, 2], [3, 4]]), tensor(Int32Array.of(1, 1))); // [[3, 4], [3, 4]]
 */
export function indexSelect(x: Tensor, indices: Tensor, axis = 0): Tensor {
  const normal = normalizeAxis('indexSelect', axis, x.rank);
  const list = checkedIndices('indexSelect', indices, x.shape[normal] ?? 0);
  if (normal === 0) return indexSelectOp([x, list]);
  const axes = x.shape.map((_, i) => (i === 0 ? normal : i === normal ? 0 : i));
  return permute(indexSelectOp([permute(x, axes), list]), axes);
}

registerComposed({
  name: 'indexSelectAlongAxis',
  run: ([x, indices]) => indexSelect(x, indices, 1),
  torch: 'a.index_select(1, b)',
  samples: [{ inputs: [[3, 5], { shape: [4], dtype: 'i32', low: 0, high: 4 }] }],
});
