import { zerosLike } from '../../create.js';
import { defineBinary, type Operand } from '../../elementwise.js';
import { extremePairs } from '../../shared-samples.js';
import { literal } from '../../literal.js';
import type { Tensor } from '../../tensor.js';
import { eq } from './compare.js';
import { div } from './div.js';
import { where } from './where.js';

const copysignOp = defineBinary({
  name: 'copysign',
  domain: 'float',
  derivative: {
    local: [
      ({ inputs: [a], output }) => where(eq(a, 0), literal(0, a.dtype), div(output, a)),
      ({ output }) => zerosLike(output),
    ],
  },
  torch: 'torch.copysign(a, b)',
  samples: [
    { inputs: [{ shape: [2, 3], low: 0.2, high: 2 }, [2, 3]] },
    { inputs: [{ shape: [2, 1, 3], low: -2, high: -0.2 }, [4, 1]] },
    { inputs: [{ shape: [], low: 1, high: 2 }, [3]] },
    { inputs: [[0, 3], [3]] },
    {
      inputs: [
        { shape: [4], values: [0, -0, 2, -2] },
        { shape: [4], values: [-0, 0, -0, 0] },
      ],
      extreme: true,
    },
    extremePairs,
  ],
});

/**
 * The magnitude of `a` with the sign of `b`, that of -0 included, with broadcasting; whole numbers become
 * f32. Derivatives: 1 by `a`, or -1 where the sign changes, and 0 where `a` is 0; 0 by `b`.
 *
 * @example
 * copysign(tensor([1, -2]), tensor([-3, -0])); // [-1, -2]
 */
export function copysign(a: Operand, b: Operand): Tensor {
  return copysignOp(a, b);
}
