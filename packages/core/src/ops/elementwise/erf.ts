import { exp } from './exp.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { square } from './square.js';
import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';

const erfOp = defineUnary({
  name: 'erf',
  derivative: { local: [({ inputs: [x] }) => mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))] },
  torch: 'torch.erf(a)',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/**
 * The error function, `y = 2 / sqrt(pi)` times the integral of `e^(-t^2)` from 0 to x. Derivative:
 * `2 / sqrt(pi) e^(-x^2)`.
 *
 * @example
 * erf(tensor([0, 1])); // [0, 0.8427]
 */
export function erf(x: Tensor): Tensor {
  return erfOp(x);
}
