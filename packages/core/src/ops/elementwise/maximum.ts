import { extremePairs, stretchedPairs, wholePairs } from '../../shared-samples.js';
import { eq, lt } from './compare.js';
import { shareOfChosen } from './share-of-chosen.js';
import { cast } from './to.js';
import { defineBinary, promoteTensors, type Operand } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const maximumOp = defineBinary({
  name: 'maximum',
  derivative: {
    local: [
      ({ inputs: [a, b] }) => shareOfChosen(lt(a, b), eq(a, b), a.dtype),
      ({ inputs: [a, b] }) => shareOfChosen(lt(b, a), eq(a, b), a.dtype),
    ],
  },
  torch: 'torch.maximum(a, b)',
  samples: [...stretchedPairs, extremePairs, wholePairs],
});

/**
 * The larger of `a` and `b`, elementwise with broadcasting; NaN where either is. Derivatives: 1 for
 * the larger and 0 for the other; a half each where they are equal.
 */
export function maximum(a: Operand, b: Operand): Tensor {
  const y = maximumOp(a, b);
  // Of bytes or truth values one is chosen, so it stays what it is.
  return typeof a === 'object' && typeof b === 'object' ? cast(y, promoteTensors(a, b)) : y;
}
