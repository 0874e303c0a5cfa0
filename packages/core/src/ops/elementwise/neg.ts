import { extremes, wholeNumbers } from '../../shared-samples.js';
import { defineUnary } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const negOp = defineUnary({
  name: 'neg',
  domain: 'number',
  derivative: { transpose: [(gradient) => neg(gradient)] },
  torch: '-a',
  samples: [{ inputs: [[3, 5]] }, { inputs: [[]] }, { inputs: [[0]] }, extremes, wholeNumbers],
});

/** `y = -x`. Derivative: -1. */
export function neg(x: Tensor): Tensor {
  return negOp(x);
}
