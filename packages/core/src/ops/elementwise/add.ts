import { extremePairs, stretchedPairs, wholePairs } from '../../shared-samples.js';
import { onesLike } from '../../create.js';
import { defineBinary, type Operand } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const addOp = defineBinary({
  name: 'add',
  derivative: {
    local: [({ output }) => onesLike(output), ({ output }) => onesLike(output)],
    fused: [(gradient) => gradient, (gradient) => gradient],
  },
  torch: 'a + b',
  samples: [...stretchedPairs, extremePairs, wholePairs],
});

/** `y = a + b`, with broadcasting. Derivatives: 1 and 1. */
export function add(a: Operand, b: Operand): Tensor {
  return addOp(a, b);
}
