import { registerComposed } from '../op.js';
import { ShapeError } from '../errors.js';
import { formatShape, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { cat } from './cat.js';
import { unsqueeze } from './unsqueeze.js';

/**
 * Tensors of one shape side by side along a new axis.
 * @throws ShapeError when there are none, or their shapes differ
 *
 * @example
 * stack([tensor([1, 2]), tensor([3, 4])]); // [[1, 2], [3, 4]]
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const [first] = tensors;
  for (const { shape } of tensors) {
    if (first !== undefined && !sameShape(shape, first.shape)) {
      throw new ShapeError(
        `stack: ${formatShape(first.shape)} and ${formatShape(shape)} must be equal; cat() joins along an axis there is`,
      );
    }
  }
  const rank = (first?.rank ?? 0) + 1;
  return cat(
    tensors.map((tensor) => unsqueeze(tensor, axis)),
    axis < 0 ? axis + rank : axis,
  );
}

registerComposed<{ readonly axis: number }>({
  name: 'stack',
  run: (tensors, { axis }) => stack(tensors, axis),
  torch: "torch.stack(x, args['axis'])",
  samples: [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      args: { axis: 1 },
    },
    { inputs: [[2], [2], [2]], args: { axis: -1 } },
    { inputs: [[], []], args: { axis: 0 } },
  ],
});
