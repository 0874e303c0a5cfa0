import { registerComposed } from '../../op.js';
import { normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { reshape } from './reshape.js';

/**
 * Inserts an axis of size 1 at a place in the result's shape, without copying.
 * @throws ShapeError when the place is outside of the result
 *
 * @example
 * unsqueeze(zeros([3]), -1).shape; // [3, 1]
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const at = normalizeAxis('unsqueeze', axis, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

registerComposed<{ readonly axis: number }>({
  name: 'unsqueeze',
  run: ([x], { axis }) => unsqueeze(x, axis),
  torch: "a.unsqueeze(args['axis'])",
  samples: [
    { inputs: [[2, 3]], args: { axis: 1 } },
    { inputs: [[2, 3]], args: { axis: -1 } },
    { inputs: [[]], args: { axis: 0 } },
    { inputs: [[0]], args: { axis: -2 } },
  ],
});
