import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape, normalizeAxis, rowMajorStrides } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { asStrided } from './as-strided.js';

/**
 * All windows of `size` elements along an axis, each `step` further than the one before: the axis
 * counts the windows, and a new last axis what is in them. This is PyTorch's `Tensor.unfold`; the
 * patches of an image, `nn.functional.unfold`, are another matter. Derivative: for each element the
 * sum of the gradients of all windows it is in.
 * @throws ShapeError when the axis is not there or shorter than a window; ValueError unless size and
 *   step are whole, and the step above zero
 *
 * @example
 * unfoldAxis(arange(0, 5), 0, 3, 1); // [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
 */
export function unfoldAxis(x: Tensor, axis: number, size: number, step: number): Tensor {
  const normal = normalizeAxis('unfoldAxis', axis, x.rank);
  const length = x.shape[normal] ?? 1;
  if (!Number.isInteger(size) || size < 0 || !Number.isInteger(step) || step < 1) {
    throw new ValueError(
      `unfoldAxis: windows of ${size} elements, ${step} apart: both are whole, the step above zero`,
    );
  }
  if (size > length) {
    throw new ShapeError(
      `unfoldAxis: a window of ${size} is longer than axis ${axis} of ${formatShape(x.shape)}; pad() it first`,
    );
  }
  const strides = rowMajorStrides(x.shape);
  const stride = strides[normal] ?? 0;
  const count = Math.floor((length - size) / step) + 1;
  const shape = x.shape.map((own, i) => (i === normal ? count : own));
  const steps = strides.map((own, i) => (i === normal ? own * step : own));
  return asStrided(x, [...shape, size], [...steps, stride]);
}

interface UnfoldAxisArgs {
  readonly axis: number;
  readonly size: number;
  readonly step: number;
}

registerComposed<UnfoldAxisArgs>({
  name: 'unfoldAxis',
  run: ([x], { axis, size, step }) => unfoldAxis(x, axis, size, step),
  torch: "a.unfold(args['axis'], args['size'], args['step'])",
  samples: [
    { inputs: [[7]], args: { axis: 0, size: 3, step: 1 } },
    { inputs: [[5, 2]], args: { axis: 0, size: 2, step: 2 } },
    { inputs: [[2, 6, 2]], args: { axis: -2, size: 4, step: 1 } },
    { inputs: [[2, 5]], args: { axis: 1, size: 2, step: 3 } },
    { inputs: [[0, 3]], args: { axis: 1, size: 2, step: 1 } },
    { inputs: [{ shape: [4], dtype: 'u8', low: 0, high: 9 }], args: { axis: 0, size: 2, step: 1 } },
  ],
});
