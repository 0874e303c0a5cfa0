import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { elementCount, formatShape, normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { reshape } from './reshape.js';

/**
 * Joins neighbouring axes, from `startAxis` to `endAxis` and both included, into one, without copying.
 * @throws ShapeError when an axis is not there, or the end lies before the start
 *
 * @example
 * flatten(zeros([64, 32, 7, 7]), 1).shape; // [64, 1568]
 */
export function flatten(x: Tensor, startAxis = 0, endAxis = -1): Tensor {
  if (x.rank === 0) return reshape(x, [1]);
  const start = normalizeAxis('flatten', startAxis, x.rank);
  const end = normalizeAxis('flatten', endAxis, x.rank);
  if (end < start) {
    throw new ShapeError(
      `flatten: axis ${endAxis} lies before axis ${startAxis} in ${formatShape(x.shape)}`,
    );
  }
  const joined = elementCount(x.shape.slice(start, end + 1));
  return reshape(x, [...x.shape.slice(0, start), joined, ...x.shape.slice(end + 1)]);
}

registerComposed<{ readonly startAxis?: number; readonly endAxis?: number }>({
  name: 'flatten',
  run: ([x], { startAxis, endAxis }) => flatten(x, startAxis, endAxis),
  torch: "torch.flatten(a, args.get('startAxis', 0), args.get('endAxis', -1))",
  samples: [
    { inputs: [[2, 3, 2]], args: {} },
    { inputs: [[2, 3, 2]], args: { startAxis: 1 } },
    { inputs: [[2, 1, 3, 2]], args: { startAxis: -3, endAxis: -2 } },
    { inputs: [[]], args: {} },
    { inputs: [[2, 0]], args: {} },
  ],
});
