import { add } from './add.js';
import { square } from './square.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const tanOp = defineUnary({
  name: 'tan',
  derivative: { local: [({ output }) => add(square(output), 1)] },
  torch: 'torch.tan(a)',
  samples: [
    { inputs: [{ shape: [3, 5], low: -1.2, high: 1.2 }] },
    { inputs: [[]] },
    { inputs: [[0]] },
    extremes,
  ],
});

/**
 * `y = tan x`, x in radians. Derivative: 1 + y^2.
 *
 * @example
 * tan(tensor([0, 1])); // [0, 1.5574]
 */
export function tan(x: Tensor): Tensor {
  return tanOp(x);
}
