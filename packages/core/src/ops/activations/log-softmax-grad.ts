import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { rowSizes } from './rows.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { exp } from '../elementwise/exp.js';
import { mul } from '../elementwise/mul.js';
import { neg } from '../elementwise/neg.js';
import { sub } from '../elementwise/sub.js';
import { sum } from '../reductions/sum.js';

const perRow = { axis: -1, keepdim: true };

const logSoftmaxGradOp = defineOp({
  name: 'logSoftmaxGrad',
  arity: 2,
  forward: ({ inputs: [gradient, y] }) => {
    const out = emptyTensor(y.shape, y.dtype, 'logSoftmaxGrad');
    const kernel = engine().kernel('logSoftmaxGrad', y.dtype);
    kernel(out.address(), gradient.address(), y.address(), ...rowSizes(y));
    return out;
  },
  derivative: {
    vjp: [
      (outer, { inputs: [, y] }) => sub(outer, sum(mul(outer, exp(y)), perRow)),
      (outer, { inputs: [gradient, y] }) => neg(mul(mul(outer, exp(y)), sum(gradient, perRow))),
    ],
    jvp: [
      (tangent, { inputs: [, y] }) => logSoftmaxGrad(tangent, y),
      (tangent, { inputs: [gradient, y] }) => neg(mul(mul(tangent, exp(y)), sum(gradient, perRow))),
    ],
  },
  torch: 'a - b.exp() * a.sum(-1, keepdim=True)',
  samples: [
    { inputs: [[3, 5], { shape: [3, 5], low: -3, high: 0 }] },
    { inputs: [[2, 1, 4], { shape: [2, 1, 4], low: -3, high: 0 }] },
  ],
});

/** `g - e^y sum_j g_j` along the last axis: the gradient through a log-softmax with result `y`. */
export function logSoftmaxGrad(gradient: Tensor, y: Tensor): Tensor {
  return logSoftmaxGradOp([gradient, y]);
}
