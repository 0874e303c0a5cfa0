import { extremePairs, wholePairs } from '../../extreme-samples.js';
import { defineBinary, type Operand } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const mulOp = defineBinary({
  name: 'mul',
  derivative: { local: [({ inputs: [, b] }) => b, ({ inputs: [a] }) => a] },
  torch: 'a * b',
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

/** `y = a b`, elementwise with broadcasting. Derivatives: b and a. */
export function mul(a: Operand, b: Operand): Tensor {
  return mulOp(a, b);
}
