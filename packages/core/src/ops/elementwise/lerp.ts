import { promoteOperands, type Operand } from '../../elementwise.js';
import { defineOp } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { add } from './add.js';
import { lt } from './compare.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { cast } from './to.js';
import { where } from './where.js';

const lerpOp = defineOp({
  name: 'lerp',
  arity: 3,
  forward: ({ inputs: [a, b, weight] }) => {
    const way = sub(b, a);
    // From the nearer end, so that both ends are exact.
    const fromStart = add(a, mul(weight, way));
    return where(lt(weight, 0.5), fromStart, sub(b, mul(way, sub(1, weight))));
  },
  derivative: {
    local: [
      ({ inputs: [, , weight] }) => sub(1, weight),
      ({ inputs: [, , weight] }) => weight,
      ({ inputs: [a, b] }) => sub(b, a),
    ],
  },
  torch: 'torch.lerp(a, b, c)',
  samples: [
    {
      inputs: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
    },
    { inputs: [[2, 3], [3], []] },
    { inputs: [[2, 1], [3], { shape: [2, 3], low: 0, high: 1 }] },
    { inputs: [[0], [0], [0]] },
    { inputs: [[4], [4], { shape: [4], values: [0, 1, 0.5, 2] }], extreme: true },
  ],
});

/**
 * `y = a + weight (b - a)`, from `a` at weight 0 to `b` at 1, with broadcasting; whole numbers become
 * f32. Derivatives: 1 - weight, weight and b - a.
 *
 * @example
 * lerp(tensor([0, 10]), tensor([10, 20]), 0.25); // [2.5, 12.5]
 */
export function lerp(a: Tensor, b: Operand, weight: Operand): Tensor {
  const [start, end] = promoteOperands('lerp', a, b, 'float');
  const [, part] = promoteOperands('lerp', start, weight, 'float');
  return lerpOp([cast(start, part.dtype), cast(end, part.dtype), part]);
}
