import { extremePairs, stretchedPairs, wholePairs } from '../../shared-samples.js';
import { eq, gt } from './compare.js';
import { shareOfChosen } from './share-of-chosen.js';
import { cast } from './to.js';
import { defineBinary, promoteTensors, type Operand } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const minimumOp = defineBinary({
  name: 'minimum',
  derivative: {
    local: [
      ({ inputs: [a, b] }) => shareOfChosen(gt(a, b), eq(a, b), a.dtype),
      ({ inputs: [a, b] }) => shareOfChosen(gt(b, a), eq(a, b), a.dtype),
    ],
  },
  torch: 'torch.minimum(a, b)',
  samples: [...stretchedPairs, extremePairs, wholePairs],
});

/**
 * The smaller of `a` and `b`, elementwise with broadcasting; NaN where either is. Derivatives: 1 for
 * the smaller and 0 for the other; a half each where they are equal.
 */
export function minimum(a: Operand, b: Operand): Tensor {
  const y = minimumOp(a, b);
  // Of bytes or truth values one is chosen, so it stays what it is.
  return typeof a === 'object' && typeof b === 'object' ? cast(y, promoteTensors(a, b)) : y;
}
