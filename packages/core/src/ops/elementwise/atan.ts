import { add } from './add.js';
import { reciprocal } from './reciprocal.js';
import { square } from './square.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const atanOp = defineUnary({
  name: 'atan',
  derivative: { local: [({ inputs: [x] }) => reciprocal(add(square(x), 1))] },
  torch: 'torch.atan(a)',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/**
 * The angle whose tangent is x, from -pi/2 to pi/2. Derivative: 1 / (1 + x^2).
 *
 * @example
 * atan(tensor([0, 1])); // [0, 0.7854]
 */
export function atan(x: Tensor): Tensor {
  return atanOp(x);
}
