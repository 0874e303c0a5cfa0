import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { elementCount, formatShape, normalizeAxis, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { reshape } from './reshape.js';

/**
 * One axis taken apart into several, without copying: the opposite of `flatten`. One size may be -1:
 * it follows from the others.
 * @throws ShapeError when the axis is not there, or the sizes do not multiply to it
 *
 * @example
 * unflatten(zeros([2, 12]), 1, [3, -1]).shape; // [2, 3, 4]
 */
export function unflatten(x: Tensor, axis: number, sizes: Shape): Tensor {
  const normal = normalizeAxis('unflatten', axis, x.rank);
  const whole = x.shape[normal] ?? 1;
  const known = elementCount(sizes.filter((size) => size !== -1));
  const parts = sizes.map((size) => (size === -1 ? whole / known : size));
  if (
    sizes.length === 0 ||
    sizes.filter((size) => size === -1).length > 1 ||
    parts.some((size) => !Number.isInteger(size) || size < 0) ||
    elementCount(parts) !== whole
  ) {
    throw new ShapeError(
      `unflatten: sizes ${formatShape(sizes)} do not multiply to the ${whole} of axis ${axis} of ${formatShape(x.shape)}`,
    );
  }
  return reshape(x, [...x.shape.slice(0, normal), ...parts, ...x.shape.slice(normal + 1)]);
}

registerComposed<{ readonly axis: number; readonly sizes: Shape }>({
  name: 'unflatten',
  run: ([x], { axis, sizes }) => unflatten(x, axis, sizes),
  torch: "a.unflatten(args['axis'], args['sizes'])",
  samples: [
    { inputs: [[2, 6]], args: { axis: 1, sizes: [3, -1] } },
    { inputs: [[4, 2]], args: { axis: -2, sizes: [2, 1, 2] } },
    { inputs: [[0, 2]], args: { axis: 0, sizes: [0, 5] } },
  ],
});
