import { extremes } from '../../shared-samples.js';
import { add } from './add.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const expm1Op = defineUnary({
  name: 'expm1',
  derivative: { local: [({ output }) => add(output, 1)] },
  torch: 'a.expm1()',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/** `y = e^x - 1`, exact for small x too. Derivative: y + 1. */
export function expm1(x: Tensor): Tensor {
  return expm1Op(x);
}
