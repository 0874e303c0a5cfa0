import { registerComposed } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { hardtanh } from './hardtanh.js';

/**
 * `y = min(max(x, 0), 6)`; NaN stays NaN. Derivative: 1 between 0 and 6, else 0.
 *
 * @example
 * relu6(tensor([-1, 3, 9])); // [0, 3, 6]
 */
export function relu6(x: Tensor): Tensor {
  return hardtanh(x, { min: 0, max: 6 });
}

registerComposed({
  name: 'relu6',
  run: ([x]) => relu6(x),
  torch: 'F.relu6(a)',
  samples: [
    { inputs: [{ shape: [3, 5], low: -8, high: 12 }] },
    { inputs: [[]] },
    {
      inputs: [{ shape: [7], values: [0, -0, 6, 3, Infinity, -Infinity, -1] }],
      extreme: true,
    },
  ],
});
