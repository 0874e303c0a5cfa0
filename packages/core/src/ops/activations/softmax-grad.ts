import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { rowSizes } from './rows.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { mul } from '../elementwise/mul.js';
import { sub } from '../elementwise/sub.js';
import { sum } from '../reductions/sum.js';

const perRow = { axis: -1, keepdim: true };

const softmaxGradOp = defineOp({
  name: 'softmaxGrad',
  arity: 2,
  forward: ({ inputs: [gradient, y] }) => {
    const out = emptyTensor(y.shape, y.dtype, 'softmaxGrad');
    const kernel = engine().kernel('softmaxGrad', y.dtype);
    kernel(out.address(), gradient.address(), y.address(), ...rowSizes(y));
    return out;
  },
  derivative: {
    vjp: [
      // The Jacobian of softmax is symmetric.
      (outer, { inputs: [, y] }) => softmaxGrad(outer, y),
      (outer, { inputs: [gradient, y] }) =>
        sub(
          mul(outer, sub(gradient, sum(mul(gradient, y), perRow))),
          mul(gradient, sum(mul(outer, y), perRow)),
        ),
    ],
    jvp: [
      (tangent, { inputs: [, y] }) => softmaxGrad(tangent, y),
      (tangent, { inputs: [gradient, y] }) =>
        sub(
          mul(tangent, sub(gradient, sum(mul(gradient, y), perRow))),
          mul(y, sum(mul(gradient, tangent), perRow)),
        ),
    ],
  },
  torch: 'b * (a - (a * b).sum(-1, keepdim=True))',
  samples: [
    { inputs: [[3, 5], { shape: [3, 5], low: 0, high: 1 }] },
    { inputs: [[2, 1, 4], { shape: [2, 1, 4], low: 0, high: 1 }] },
  ],
});

/** `y (g - sum_j g_j y_j)` along the last axis: the gradient through a softmax with result `y`. */
export function softmaxGrad(gradient: Tensor, y: Tensor): Tensor {
  return softmaxGradOp([gradient, y]);
}
