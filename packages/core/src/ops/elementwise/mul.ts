import { extremePairs, stretchedPairs, wholePairs } from '../../shared-samples.js';
import { defineBinary, type Operand } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const mulOp = defineBinary({
  name: 'mul',
  derivative: { local: [({ inputs: [, b] }) => b, ({ inputs: [a] }) => a] },
  torch: 'a * b',
  samples: [...stretchedPairs, extremePairs, wholePairs],
});

/** `y = a b`, elementwise with broadcasting. Derivatives: b and a. */
export function mul(a: Operand, b: Operand): Tensor {
  return mulOp(a, b);
}
