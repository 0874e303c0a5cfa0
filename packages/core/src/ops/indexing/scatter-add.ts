import { promote } from '../../dtype.js';
import { elementIndices, runByElement, sourceFor, type AxisArgs } from './element-indices.js';
import { defineOp } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { clone } from '../shape/clone.js';
import { gather } from './gather.js';
import { reshape } from '../shape/reshape.js';
import { cast } from '../elementwise/to.js';

const scatterAddOp = defineOp<3, AxisArgs>({
  name: 'scatterAdd',
  arity: 3,
  forward: ({ inputs: [x, indices, source], args: { axis } }) => {
    const out = clone(x);
    runByElement('scatterSum', [out, source, indices], x.shape, axis);
    return out;
  },
  derivative: {
    transpose: [
      (gradient) => gradient,
      { nondifferentiable: 'an index is a whole number' },
      (gradient, { inputs: [, indices], args: { axis } }) => gather(gradient, axis, indices),
    ],
  },
  torch: 'a.scatter_add(args["axis"], b, c)',
  samples: [
    { inputs: [[5], { shape: [7], dtype: 'i32', low: 0, high: 4 }, [7]], args: { axis: 0 } },
    {
      inputs: [[3, 4], { shape: [3, 2], dtype: 'i32', low: 0, high: 3 }, [3, 2]],
      args: { axis: 1 },
    },
    {
      inputs: [[3, 4, 2], { shape: [5, 2, 1], dtype: 'i32', low: 0, high: 2 }, [5, 2, 1]],
      args: { axis: 0 },
    },
    { inputs: [[3, 2], { shape: [0, 2], dtype: 'i32' }, [0, 2]], args: { axis: 0 } },
    {
      inputs: [
        { shape: [3, 2], dtype: 'i32', low: -3, high: 3 },
        { shape: [3, 3], dtype: 'i32', low: 0, high: 1 },
        { shape: [3, 3], dtype: 'i32', low: -3, high: 3 },
      ],
      args: { axis: 1 },
    },
  ],
});

/**
 * `x`, to which each element of the source is added at `[i, index[i, j, k], k]` (here along axis 1), in the
 * order of the indices. Of a source longer than the indices the first elements count. Indices below 0 count
 * from the back. Derivatives: the gradient, and for the source the gradient where it was added.
 * @throws ShapeError unless the indices have the axes of `x` and are nowhere longer, but along the axis,
 *   and nowhere longer than the source; DTypeError unless they are i32 or u8; ValueError when one is
 *   outside of the axis
 *
 * @example
 * scatterAdd(zeros([3]), 0, tensor([0, 2, 0], { dtype: 'i32' }), tensor([1, 2, 3])); // [4, 0, 2]
 */
export function scatterAdd(x: Tensor, axis: number, indices: Tensor, source: Tensor): Tensor {
  if (x.rank === 0 && indices.rank === 0) {
    const list = (scalar: Tensor) => reshape(scalar, [1]);
    return reshape(scatterAdd(list(x), axis, list(indices), list(source)), []);
  }
  const [normal, wrapped] = elementIndices('scatterAdd', x.shape, axis, indices);
  const widest = promote(x.dtype, source.dtype);
  // Bytes and truth values are added as whole numbers.
  const dtype = widest === 'u8' || widest === 'bool' ? 'i32' : widest;
  const part = sourceFor('scatterAdd', source, wrapped);
  return scatterAddOp([cast(x, dtype), wrapped, cast(part, dtype)], { axis: normal });
}
