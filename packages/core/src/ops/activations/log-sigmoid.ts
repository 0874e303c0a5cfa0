import { defineUnary } from '../../elementwise.js';
import { extremes } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';
import { neg } from '../elementwise/neg.js';
import { sigmoid } from './sigmoid.js';
import { softplus } from './softplus.js';

const logSigmoidOp = defineUnary({
  name: 'logSigmoid',
  compute: (x) => neg(softplus(neg(x), { threshold: Infinity })),
  derivative: { local: [({ inputs: [x] }) => sigmoid(neg(x))] },
  torch: 'F.logsigmoid(a)',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes],
});

/**
 * `y = ln sigmoid(x) = -ln(1 + e^-x)`, without overflow. Derivative: sigmoid(-x).
 *
 * @example
 * logSigmoid(tensor([-100, 0])); // [-100, -0.6931]
 */
export function logSigmoid(x: Tensor): Tensor {
  return logSigmoidOp(x);
}
