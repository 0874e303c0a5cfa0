import { extremePairs, wholePairs } from '../../extreme-samples.js';
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
  samples: [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
    },
    {
      inputs: [
        [2, 1, 3],
        [4, 1],
      ],
    },
    { inputs: [[], [3]] },
    { inputs: [[4, 3], [3]] },
    { inputs: [[0, 3], [3]] },
    {
      inputs: [
        [2, 3, 1, 2],
        [1, 3, 2, 1],
      ],
    },
    extremePairs,
    wholePairs,
  ],
});

/** `y = a - b`, with broadcasting. Derivatives: 1 and -1. */
export function sub(a: Operand, b: Operand): Tensor {
  return subOp(a, b);
}
