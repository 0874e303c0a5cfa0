import { add } from './add.js';
import { rsqrt } from './rsqrt.js';
import { square } from './square.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const asinhOp = defineUnary({
  name: 'asinh',
  derivative: { local: [({ inputs: [x] }) => rsqrt(add(square(x), 1))] },
  torch: 'torch.asinh(a)',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/**
 * The inverse of sinh, `y = ln(x + sqrt(x^2 + 1))`. Derivative: 1 / sqrt(x^2 + 1).
 *
 * @example
 * asinh(tensor([0, 1])); // [0, 0.8814]
 */
export function asinh(x: Tensor): Tensor {
  return asinhOp(x);
}
