import { sinh } from './sinh.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const coshOp = defineUnary({
  name: 'cosh',
  derivative: { local: [({ inputs: [x] }) => sinh(x)] },
  torch: 'torch.cosh(a)',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/**
 * `y = (e^x + e^-x) / 2`. Derivative: sinh x.
 *
 * @example
 * cosh(tensor([0, 1])); // [1, 1.5431]
 */
export function cosh(x: Tensor): Tensor {
  return coshOp(x);
}
