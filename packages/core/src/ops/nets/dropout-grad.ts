import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { emptyTensor, type Tensor } from '../../tensor.js';

interface DropoutGradArgs {
  readonly p: number;
}

const dropoutGradOp = defineOp<2, DropoutGradArgs>({
  name: 'dropoutGrad',
  arity: 2,
  forward: ({ inputs: [gradient, mask], args: { p } }) => {
    const out = emptyTensor(gradient.shape, gradient.dtype, 'dropoutGrad');
    const kernel = engine().kernel('dropoutGrad', gradient.dtype);
    kernel(out.address(), gradient.address(), mask.address(), gradient.size, p);
    return out;
  },
  derivative: {
    symmetric: [
      (outer, { inputs: [, mask], args: { p } }) => dropoutGrad(outer, mask, p),
      { nondifferentiable: 'a mask does not vary smoothly' },
    ],
  },
  torch: "a * b / (1 - args['p'])",
  samples: [
    { inputs: [[3, 5], { shape: [3, 5], dtype: 'u8', low: 0, high: 1 }], args: { p: 0.25 } },
  ],
});

/** The gradient where the mask is 1, over `1 - p`, else 0: the same map as the dropout was. */
export function dropoutGrad(gradient: Tensor, mask: Tensor, p: number): Tensor {
  return dropoutGradOp([gradient, mask], { p });
}
