import { extremePairs, stretchedPairs, wholePairs } from '../../shared-samples.js';
import { onesLike } from '../../create.js';
import { neg } from './neg.js';
import { defineBinary, type Operand } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const subOp = defineBinary({
  name: 'sub',
  derivative: {
    local: [({ output }) => onesLike(output), ({ output }) => neg(onesLike(output))],
    fused: [(gradient) => gradient, (gradient) => neg(gradient)],
  },
  torch: 'a - b',
  samples: [...stretchedPairs, extremePairs, wholePairs],
});

/** `y = a - b`, with broadcasting. Derivatives: 1 and -1. */
export function sub(a: Operand, b: Operand): Tensor {
  return subOp(a, b);
}
