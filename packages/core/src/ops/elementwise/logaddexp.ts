import { promoteOperands, type Operand } from '../../elementwise.js';
import { literal } from '../../literal.js';
import { defineOp } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { abs } from './abs.js';
import { add } from './add.js';
import { eq } from './compare.js';
import { exp } from './exp.js';
import { log1p } from './log1p.js';
import { maximum } from './maximum.js';
import { neg } from './neg.js';
import { sigmoid } from '../activations/sigmoid.js';
import { sub } from './sub.js';
import { where } from './where.js';

const logaddexpOp = defineOp({
  name: 'logaddexp',
  arity: 2,
  forward: ({ inputs: [a, b] }) => {
    // Equal infinities have no difference.
    const distance = where(eq(a, b), literal(0, a.dtype), abs(sub(a, b)));
    const infinite = eq(abs(a), Infinity);
    const rest = where(eq(a, b), literal(Math.LN2, a.dtype), log1p(exp(neg(distance))));
    return add(maximum(a, b), where(infinite, literal(0, a.dtype), rest));
  },
  derivative: {
    local: [({ inputs: [a, b] }) => sigmoid(sub(a, b)), ({ inputs: [a, b] }) => sigmoid(sub(b, a))],
  },
  torch: 'torch.logaddexp(a, b)',
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
    { inputs: [[0, 3], [3]] },
    {
      inputs: [
        { shape: [5], values: [1000, -1000, 5, -Infinity, Infinity] },
        { shape: [5], values: [1000, 1000, 5, 2, 3] },
      ],
      extreme: true,
    },
  ],
});

/**
 * `y = ln(e^a + e^b)` without overflow, with broadcasting; whole numbers become f32. Derivatives:
 * sigmoid(a - b) and sigmoid(b - a).
 *
 * @example
 * logaddexp(tensor([1000]), 1000); // [1000.6931]
 */
export function logaddexp(a: Operand, b: Operand): Tensor {
  return logaddexpOp(promoteOperands('logaddexp', a, b, 'float'));
}
