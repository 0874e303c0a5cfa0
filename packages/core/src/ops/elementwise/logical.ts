import { engine } from '../../engine.js';
import { defineBinary } from '../../elementwise.js';
import { defineOp } from '../../op.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { cast } from './to.js';

const reason = 'truth values do not vary smoothly';

function defineLogical(name: string, kernel: string): (a: Tensor, b: Tensor) => Tensor {
  const run = defineBinary({
    name,
    kernel,
    domain: 'any',
    derivative: { nondifferentiable: reason },
    torch: `torch.logical_${kernel}(a, b)`,
    samples: [
      {
        inputs: [
          { shape: [2, 3], dtype: 'bool', low: 0, high: 1 },
          { shape: [3], dtype: 'bool', low: 0, high: 1 },
        ],
      },
    ],
  });
  return (a, b) => run(cast(a, 'bool'), cast(b, 'bool'));
}

/** Whether both are true (anything but 0), elementwise with broadcasting, as a bool tensor. */
export const logicalAnd = defineLogical('logicalAnd', 'and');
/** Whether either is true (anything but 0), elementwise with broadcasting, as a bool tensor. */
export const logicalOr = defineLogical('logicalOr', 'or');
/** Whether one of both is true (anything but 0), elementwise with broadcasting, as a bool tensor. */
export const logicalXor = defineLogical('logicalXor', 'xor');

const logicalNotOp = defineOp({
  name: 'logicalNot',
  arity: 1,
  forward: ({ inputs: [x] }) => {
    const out = emptyTensor(x.shape, 'bool', 'logicalNot');
    engine().kernel('not', 'bool')(out.address(), x.address(), x.size);
    return out;
  },
  derivative: { nondifferentiable: reason },
  torch: 'torch.logical_not(a)',
  samples: [{ inputs: [{ shape: [2, 3], dtype: 'bool', low: 0, high: 1 }] }],
});

/** Whether each element is false (0), as a bool tensor. */
export function logicalNot(x: Tensor): Tensor {
  return logicalNotOp([cast(x, 'bool')]);
}
