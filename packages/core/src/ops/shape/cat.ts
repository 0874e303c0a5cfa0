import { promote } from '../../dtype.js';
import { requireTensors } from '../../operands.js';
import { ShapeError } from '../../errors.js';
import { defineOp } from '../../op.js';
import { formatShape, normalizeAxis, rowMajorStrides } from '../../shape.js';
import { stridedScatter } from '../../strided.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { narrow } from './slice.js';
import { cast } from '../elementwise/to.js';

interface CatArgs {
  readonly axis: number;
}

const catOp = defineOp<'any', CatArgs>({
  name: 'cat',
  arity: 'any',
  forward: ({ inputs, args: { axis } }) => {
    const [first] = inputs;
    const size = sizesAlong(inputs, axis).reduce((a, b) => a + b, 0);
    const shape = (first?.shape ?? []).map((own, i) => (i === axis ? size : own));
    const out = emptyTensor(shape, first?.dtype ?? 'f32', 'cat');
    const strides = rowMajorStrides(shape);
    let start = 0;
    for (const input of inputs) {
      stridedScatter(out, input, strides, start * (strides[axis] ?? 0));
      start += input.shape[axis] ?? 0;
    }
    return out;
  },
  derivative: {
    transpose: (gradient, { inputs, args: { axis } }, i) => {
      const sizes = sizesAlong(inputs, axis);
      const start = sizes.slice(0, i).reduce((a, b) => a + b, 0);
      return narrow(gradient, axis, start, sizes[i] ?? 0);
    },
  },
  torch: "torch.cat(x, args['axis'])",
  samples: [
    {
      inputs: [
        [2, 3],
        [1, 3],
      ],
      args: { axis: 0 },
    },
    {
      inputs: [
        [2, 1, 2],
        [2, 3, 2],
        [2, 0, 2],
      ],
      args: { axis: 1 },
    },
    { inputs: [[4]], args: { axis: 0 } },
  ],
});

function sizesAlong(tensors: readonly Tensor[], axis: number): number[] {
  return tensors.map((tensor) => tensor.shape[axis] ?? 0);
}

/**
 * Tensors one after another along an axis, in the widest of their dtypes. Derivative: each tensor's
 * stretch of the gradient.
 * @throws ShapeError when there are none, or sizes differ along another axis
 *
 * @example
 * cat([zeros([2, 3]), ones([1, 3])]).shape; // [3, 3]
 */
export function cat(tensors: readonly Tensor[], axis = 0): Tensor {
  requireTensors('cat', tensors);
  const [first] = tensors;
  if (first === undefined)
    throw new ShapeError('cat: there is no tensor to join; give at least one');
  const normal = normalizeAxis('cat', axis, first.rank);
  for (const { shape } of tensors) {
    const both = () => `${formatShape(first.shape)} and ${formatShape(shape)}`;
    if (shape.length !== first.rank) {
      throw new ShapeError(
        `cat: ${both()} have ${first.rank} and ${shape.length} axes; unsqueeze() adds one`,
      );
    }
    const other = shape.findIndex((size, i) => i !== normal && size !== first.shape[i]);
    if (other >= 0) {
      throw new ShapeError(
        `cat: ${both()} differ along axis ${other} too (${first.shape[other]} and ${shape[other]}); joined ` +
          `along axis ${axis}, they may differ there alone`,
      );
    }
  }
  const dtype = tensors.map((tensor) => tensor.dtype).reduce(promote);
  return catOp(
    tensors.map((tensor) => cast(tensor, dtype)),
    { axis: normal },
  );
}
