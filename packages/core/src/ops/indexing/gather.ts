import { zeros } from '../../create.js';
import { elementIndices, runByElement, type AxisArgs } from './element-indices.js';
import { defineOp } from '../../op.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { reshape } from '../shape/reshape.js';
import { scatterAdd } from './scatter-add.js';

const gatherOp = defineOp<2, AxisArgs>({
  name: 'gather',
  arity: 2,
  forward: ({ inputs: [x, indices], args: { axis } }) => {
    const out = emptyTensor(indices.shape, x.dtype, 'gather');
    runByElement('gatherElements', [out, x, indices], x.shape, axis);
    return out;
  },
  derivative: {
    transpose: [
      (gradient, { inputs: [x, indices], args: { axis } }) =>
        scatterAdd(zeros(x.shape, { dtype: gradient.dtype }), axis, indices, gradient),
      { nondifferentiable: 'an index is a whole number' },
    ],
  },
  torch: 'torch.gather(a, args["axis"], b)',
  samples: [
    { inputs: [[5], { shape: [7], dtype: 'i32', low: 0, high: 4 }], args: { axis: 0 } },
    { inputs: [[3, 4], { shape: [3, 2], dtype: 'i32', low: 0, high: 3 }], args: { axis: 1 } },
    { inputs: [[3, 4, 2], { shape: [5, 2, 1], dtype: 'i32', low: 0, high: 2 }], args: { axis: 0 } },
    { inputs: [[2, 3, 2], { shape: [2, 4, 2], dtype: 'i32', low: 0, high: 2 }], args: { axis: 1 } },
    { inputs: [[3, 2], { shape: [0, 2], dtype: 'i32' }], args: { axis: 0 } },
    {
      inputs: [
        { shape: [3, 2], dtype: 'bool', low: 0, high: 1 },
        { shape: [3, 3], dtype: 'i32', low: 0, high: 1 },
      ],
      args: { axis: 1 },
    },
  ],
});

/**
 * `y[i, j, k] = x[i, index[i, j, k], k]` (here along axis 1): for each index the element that it names
 * along the axis, where it is itself along the others. Indices below 0 count from the back. Derivative: the
 * gradient added to the elements that were taken, in the order of the indices.
 * @throws ShapeError unless the indices have the axes of `x` and are nowhere longer, but along the axis;
 *   DTypeError unless they are i32 or u8; ValueError when one is outside of the axis
 *
 * @example
 * const x = tensor([[1, 2], [3, 4]]);
 * gather(x, 1, tensor([[1], [0]], { dtype: 'i32' })); // [[2], [3]]
 */
export function gather(x: Tensor, axis: number, indices: Tensor): Tensor {
  if (x.rank === 0 && indices.rank === 0) {
    return reshape(gather(reshape(x, [1]), axis, reshape(indices, [1])), []);
  }
  const [normal, wrapped] = elementIndices('gather', x.shape, axis, indices);
  return gatherOp([x, wrapped], { axis: normal });
}
