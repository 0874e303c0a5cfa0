import { registerComposed } from '../../op.js';
import { requireTensors } from '../../operands.js';
import { ShapeError } from '../../errors.js';
import { formatShape, normalizeAxis, sameShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { cat } from './cat.js';
import { unsqueeze } from './unsqueeze.js';

/**
 * Tensors of one shape side by side along a new axis.
 * @throws ShapeError when there are none, their shapes differ, or the axis is outside of the result
 *
 * @example
 * stack([tensor([1, 2]), tensor([3, 4])]); // [[1, 2], [3, 4]]
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  requireTensors('stack', tensors);
  const [first] = tensors;
  if (first === undefined) {
    throw new ShapeError('stack: there is no tensor to join; give at least one');
  }
  const normal = normalizeAxis('stack', axis, first.rank + 1);
  for (const { shape } of tensors) {
    if (!sameShape(shape, first.shape)) {
      throw new ShapeError(
        `stack: ${formatShape(first.shape)} and ${formatShape(shape)} must be equal; cat() joins along an axis there is`,
      );
    }
  }
  return cat(
    tensors.map((tensor) => unsqueeze(tensor, normal)),
    normal,
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
