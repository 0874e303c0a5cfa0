import { extremes } from '../../shared-samples.js';
import { cos } from './cos.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const sinOp = defineUnary({
  name: 'sin',
  derivative: { local: [({ inputs: [x] }) => cos(x)] },
  torch: 'a.sin()',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/** `y = sin x`, x in radians. Derivative: cos x. */
export function sin(x: Tensor): Tensor {
  return sinOp(x);
}
