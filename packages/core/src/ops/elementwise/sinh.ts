import { cosh } from './cosh.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const sinhOp = defineUnary({
  name: 'sinh',
  derivative: { local: [({ inputs: [x] }) => cosh(x)] },
  torch: 'torch.sinh(a)',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/**
 * `y = (e^x - e^-x) / 2`. Derivative: cosh x.
 *
 * @example
 * sinh(tensor([0, 1])); // [0, 1.1752]
 */
export function sinh(x: Tensor): Tensor {
  return sinhOp(x);
}
