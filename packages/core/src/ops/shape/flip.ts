import { registerComposed } from '../../op.js';
import { normalizeAxes, rowMajorStrides } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { asStrided } from './as-strided.js';

/**
 * The elements in reverse order along one, several or all axes. Derivative: the gradient, reversed.
 * @throws ShapeError when an axis is not there, or named twice
 *
 * @example
 * flip(tensor([[1, 2], [3, 4]]), 1); // [[2, 1], [4, 3]]
 */
export function flip(x: Tensor, axes?: number | readonly number[]): Tensor {
  const turned = normalizeAxes('flip', axes, x.rank);
  const strides = rowMajorStrides(x.shape);
  let offset = 0;
  for (const axis of turned) {
    offset += Math.max(0, (x.shape[axis] ?? 1) - 1) * (strides[axis] ?? 0);
    strides[axis] = -(strides[axis] ?? 0);
  }
  return asStrided(x, x.shape, strides, x.size === 0 ? 0 : offset);
}

registerComposed<{ readonly axes?: number | readonly number[] }>({
  name: 'flip',
  run: ([x], { axes }) => flip(x, axes),
  torch:
    "torch.flip(a, (lambda d: [d] if isinstance(d, int) else d)(args.get('axes', list(range(a.dim())))))",
  samples: [
    { inputs: [[3, 5]], args: { axes: 1 } },
    { inputs: [[2, 3, 4]], args: { axes: [0, -1] } },
    { inputs: [[2, 1, 3]], args: {} },
    { inputs: [[]], args: { axes: [] } },
    { inputs: [[0, 3]], args: { axes: [0, 1] } },
    { inputs: [{ shape: [5], dtype: 'u8', low: 0, high: 9 }], args: { axes: -1 } },
  ],
});
