import { extremes } from '../../shared-samples.js';
import { neg } from './neg.js';
import { sin } from './sin.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const cosOp = defineUnary({
  name: 'cos',
  derivative: { local: [({ inputs: [x] }) => neg(sin(x))] },
  torch: 'a.cos()',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/** `y = cos x`, x in radians. Derivative: -sin x. */
export function cos(x: Tensor): Tensor {
  return cosOp(x);
}
