import { pairOf, type Pair } from './conv-geometry.js';
import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { adaptiveWindows } from './adaptive-windows.js';
import { avgPool2d } from './avg-pool2d.js';
import { mean } from '../reductions/mean.js';
import { squeeze } from '../shape/squeeze.js';
import { unsqueeze } from '../shape/unsqueeze.js';

/**
 * The mean of each of `outputSize` windows along the last two axes of images `[N, C, H, W]`, or `[C, H, W]`: window
 * `i` of `n` holds rows `floor(i H / n)` to `ceil((i + 1) H / n)`, so that all are seen and windows may overlap.
 * Derivative: each element of a window gets an equal share of its gradient.
 * @throws ShapeError when x has no such axes, or no elements to average; ValueError for sizes below 1;
 *   DTypeError for whole numbers
 *
 * @example
 * adaptiveAvgPool2d(zeros([8, 32, 7, 9]), 1).shape; // [8, 32, 1, 1]
 */
export function adaptiveAvgPool2d(x: Tensor, outputSize: Pair): Tensor {
  requireFloat('adaptiveAvgPool2d', x);
  const size = pairOf('adaptiveAvgPool2d', 'outputSize', outputSize, 1);
  const [height = 0, width = 0] = x.shape.slice(-2);
  if ((x.rank !== 3 && x.rank !== 4) || height === 0 || width === 0) {
    throw new ShapeError(
      `adaptiveAvgPool2d: x ${formatShape(x.shape)} is not [N, C, H, W] (or [C, H, W]) with pixels`,
    );
  }
  if (size[0] === 1 && size[1] === 1) return mean(x, { axis: [-2, -1], keepdim: true });
  if (height % size[0] === 0 && width % size[1] === 0) {
    return avgPool2d(x, { kernelSize: [height / size[0], width / size[1]] });
  }
  return adaptiveWindows(x, size);
}

/**
 * The mean of each of `outputSize` windows of signals `[N, C, L]`, or `[C, L]`: `adaptiveAvgPool2d` of images one
 * pixel high.
 * @throws ShapeError, ValueError, DTypeError as `adaptiveAvgPool2d` does
 *
 * @example
 * adaptiveAvgPool1d(tensor([[1, 2, 3, 4, 5]]), 2); // [[2, 4]]
 */
export function adaptiveAvgPool1d(x: Tensor, outputSize: number): Tensor {
  if (x.rank !== 2 && x.rank !== 3) {
    throw new ShapeError(
      `adaptiveAvgPool1d: x ${formatShape(x.shape)} is not [N, C, L] (or [C, L])`,
    );
  }
  return squeeze(adaptiveAvgPool2d(unsqueeze(x, -2), [1, outputSize]), -2);
}

registerComposed<{ size: number | [number, number] }>({
  name: 'adaptiveAvgPool2d',
  run: ([x], { size }) => adaptiveAvgPool2d(x, size),
  torch: "F.adaptive_avg_pool2d(a, args['size'])",
  samples: [
    { inputs: [[2, 2, 3, 4]], args: { size: 1 } },
    { inputs: [[2, 4, 6]], args: { size: 2 } },
    { inputs: [[1, 2, 5, 4]], args: { size: [3, 2] } },
    { inputs: [[1, 2, 3]], args: { size: [5, 4] } },
  ],
});

registerComposed<{ size: number }>({
  name: 'adaptiveAvgPool1d',
  run: ([x], { size }) => adaptiveAvgPool1d(x, size),
  torch: "F.adaptive_avg_pool1d(a, args['size'])",
  samples: [
    { inputs: [[2, 3, 7]], args: { size: 3 } },
    { inputs: [[2, 5]], args: { size: 1 } },
  ],
});
