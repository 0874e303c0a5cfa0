import { registerComposed } from '../../op.js';
import { normalizeAxes } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { reshape } from './reshape.js';

/**
 * Drops axes of size 1: the given ones, or all; a given axis of another size stays. Nothing is copied.
 * @throws ShapeError when an axis is not there
 *
 * @example
 * squeeze(zeros([1, 3, 1]), 0).shape; // [3, 1]
 */
export function squeeze(x: Tensor, axis?: number | readonly number[]): Tensor {
  const axes = normalizeAxes('squeeze', axis, x.rank);
  return reshape(
    x,
    x.shape.filter((size, i) => size !== 1 || !axes.includes(i)),
  );
}

registerComposed<{ readonly axis?: number }>({
  name: 'squeeze',
  run: ([x], { axis }) => squeeze(x, axis),
  torch: "a.squeeze(args['axis']) if 'axis' in args else a.squeeze()",
  samples: [
    { inputs: [[1, 3, 1]], args: {} },
    { inputs: [[1, 3, 1]], args: { axis: -1 } },
    { inputs: [[2, 3]], args: { axis: 0 } },
    { inputs: [[1]], args: { axis: 0 } },
    { inputs: [[]], args: {} },
    { inputs: [[1, 0]], args: {} },
  ],
});
