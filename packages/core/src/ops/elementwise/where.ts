import { describeOperands, promoteOperands, type Operand } from '../../elementwise.js';
import { engine } from '../../engine.js';
import { literal } from '../../literal.js';
import { defineOp } from '../../op.js';
import { broadcastShapes, sameShape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { sumTo } from '../reductions/sum-to.js';
import { cast } from './to.js';

const condition = { low: 0, high: 1, dtype: 'bool' } as const;

const whereOp = defineOp({
  name: 'where',
  arity: 3,
  forward: ({ inputs: [chosen, a, b] }) => {
    const shape = broadcastShapes(
      'where',
      broadcastShapes('where', a.shape, b.shape),
      chosen.shape,
    );
    const out = emptyTensor(shape, a.dtype, 'where');
    if (out.size === 0) return out;
    const operands = [chosen, a, b];
    const layout = operands.every((operand) => sameShape(operand.shape, shape))
      ? 0
      : describeOperands(shape, operands);
    const kernel = engine().kernel('where', a.dtype);
    kernel(out.address(), chosen.address(), a.address(), b.address(), out.size, layout);
    return out;
  },
  derivative: {
    transpose: [
      { nondifferentiable: 'a condition does not vary smoothly' },
      (gradient, { inputs: [chosen, a] }) =>
        sumTo(where(chosen, gradient, literal(0, gradient.dtype)), a.shape),
      (gradient, { inputs: [chosen, , b] }) =>
        sumTo(where(chosen, literal(0, gradient.dtype), gradient), b.shape),
    ],
  },
  torch: 'torch.where(a, b, c)',
  samples: [
    { inputs: [{ shape: [2, 3], ...condition }, [2, 3], [2, 3]] },
    { inputs: [{ shape: [3], ...condition }, [4, 1], []] },
    { inputs: [{ shape: [], ...condition }, [2, 1], [3]] },
    { inputs: [{ shape: [0], ...condition }, [1], []] },
    {
      inputs: [
        { shape: [2], values: [1, 0], dtype: 'bool' },
        { shape: [2], values: [NaN, NaN] },
        { shape: [2], values: [Infinity, Infinity] },
      ],
      extreme: true,
    },
  ],
});

/**
 * `y = a` where the condition is true (anything but 0), else `b`, with broadcasting. Derivatives: the
 * gradient where the operand was taken, else 0.
 */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  return whereOp([cast(condition, 'bool'), ...promoteOperands('where', a, b)]);
}
