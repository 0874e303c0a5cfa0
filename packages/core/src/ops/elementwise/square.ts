import { extremes, wholeNumbers } from '../../shared-samples.js';
import { mul } from './mul.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const squareOp = defineUnary({
  name: 'square',
  domain: 'number',
  derivative: { local: [({ inputs: [x] }) => mul(x, 2)] },
  torch: 'a.square()',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes, wholeNumbers],
});

/** `y = x^2`. Derivative: 2x. */
export function square(x: Tensor): Tensor {
  return squareOp(x);
}
