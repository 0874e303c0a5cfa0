import { promote } from '../../dtype.js';
import { elementIndices, runByElement, sourceFor, type AxisArgs } from './element-indices.js';
import { promoteOperands, type Operand } from '../../elementwise.js';
import { literal } from '../../literal.js';
import { defineOp } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { clone } from '../shape/clone.js';
import { expand } from '../shape/expand.js';
import { gather } from './gather.js';
import { lastWritten } from './last-written.js';
import { reshape } from '../shape/reshape.js';
import { cast } from '../elementwise/to.js';
import { where } from '../elementwise/where.js';

const scatterOp = defineOp<3, AxisArgs>({
  name: 'scatter',
  arity: 3,
  forward: ({ inputs: [x, indices, source], args: { axis } }) => {
    const out = clone(x);
    runByElement('scatterElements', [out, source, indices], x.shape, axis);
    return out;
  },
  derivative: {
    transpose: [
      (gradient, { inputs: [, indices], args: { axis } }) => scatter(gradient, axis, indices, 0),
      { nondifferentiable: 'an index is a whole number' },
      (gradient, { inputs: [x, indices], args: { axis } }) => {
        const taken = gather(gradient, axis, indices);
        return where(lastWritten(x.shape, axis, indices), taken, literal(0, gradient.dtype));
      },
    ],
  },
  torch: 'a.scatter(args["axis"], b, c)',
  samples: [
    {
      inputs: [[5], { shape: [3], dtype: 'i32', values: [4, 0, 2] }, [3]],
      args: { axis: 0 },
    },
    {
      inputs: [[3, 4], { shape: [3, 2], dtype: 'i32', values: [0, 3, 2, 1, 1, 0] }, [3, 2]],
      args: { axis: 1 },
    },
    {
      inputs: [[3, 2, 2], { shape: [2, 1, 2], dtype: 'i32', values: [0, 1, 2, 0] }, [2, 1, 2]],
      args: { axis: 0 },
    },
    // PyTorch takes one of several that meet, and gives the gradient to all.
    {
      inputs: [[3], { shape: [5], dtype: 'i32', values: [1, 1, 0, 1, 0] }, [5]],
      args: { axis: 0 },
      golden: false,
    },
    { inputs: [[3, 2], { shape: [0, 2], dtype: 'i32' }, [0, 2]], args: { axis: 0 } },
  ],
});

/**
 * `x` with `y[i, index[i, j, k], k] = source[i, j, k]` (here along axis 1); the source may be one number.
 * Of several that go to one place the last stays. Of a source longer than the indices the first
 * elements count. Indices below 0 count from the back. Derivatives: the gradient where `x` was left,
 * and for the source the gradient where it stayed.
 * @throws ShapeError unless the indices have the axes of `x` and are nowhere longer, but along the axis,
 *   and nowhere longer than the source; DTypeError unless they are i32 or u8; ValueError when one is
 *   outside of the axis
 *
 * @example
 * scatter(zeros([3]), 0, tensor([2, 0], { dtype: 'i32' }), tensor([5, 6])); // [6, 0, 5]
 */
export function scatter(x: Tensor, axis: number, indices: Tensor, source: Operand): Tensor {
  if (x.rank === 0 && indices.rank === 0) {
    const from = typeof source === 'number' ? source : reshape(source, [1]);
    return reshape(scatter(reshape(x, [1]), axis, reshape(indices, [1]), from), []);
  }
  const [normal, wrapped] = elementIndices('scatter', x.shape, axis, indices);
  if (typeof source === 'number') {
    const [own, value] = promoteOperands('scatter', x, source);
    return scatterOp([own, wrapped, expand(value, wrapped.shape)], { axis: normal });
  }
  const dtype = promote(x.dtype, source.dtype);
  const part = sourceFor('scatter', source, wrapped);
  return scatterOp([cast(x, dtype), wrapped, cast(part, dtype)], { axis: normal });
}
