import { alongAxis, rowSizes } from './rows.js';
import { engine } from '../../engine.js';
import { defineOp, registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { exp } from '../elementwise/exp.js';
import { logSoftmaxGrad } from './log-softmax-grad.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';
import { sub } from '../elementwise/sub.js';
import { sum } from '../reductions/sum.js';

const logSoftmaxOp = defineOp({
  name: 'logSoftmax',
  arity: 1,
  forward: ({ inputs: [x] }) => {
    const out = emptyTensor(x.shape, x.dtype, 'logSoftmax');
    engine().kernel('logSoftmax', x.dtype)(out.address(), x.address(), ...rowSizes(x));
    return out;
  },
  derivative: {
    vjp: [(gradient, { output }) => logSoftmaxGrad(gradient, output)],
    jvp: [
      (tangent, { output: y }) =>
        sub(tangent, sum(mul(tangent, exp(y)), { axis: -1, keepdim: true })),
    ],
  },
  torch: 'a.log_softmax(-1)',
  samples: [
    { inputs: [[3, 5]] },
    { inputs: [[2, 3, 4]] },
    { inputs: [[1, 1]] },
    { inputs: [[0, 3]] },
    { inputs: [{ shape: [2, 17], low: -4, high: 4 }] },
    {
      inputs: [
        {
          shape: [4, 3],
          values: [1e4, -1e4, 0, -1e4, -1e4, -1e4, 1e4, 1e4, 9999, 1, -Infinity, 2],
        },
      ],
      extreme: true,
    },
    { inputs: [{ shape: [2, 3], values: [NaN, 1, 2, Infinity, 0, 1] }], extreme: true },
  ],
});

/**
 * `y_i = x_i - m - ln sum_j e^(x_j - m)` along an axis, the last when left out, with `m` the largest.
 * Derivative: `g - e^y sum_j g_j`.
 * @throws ShapeError when the axis is not there; DTypeError for whole numbers
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  requireFloat('logSoftmax', x);
  if (x.rank === 0) return reshape(logSoftmax(reshape(x, [1]), axis), []);
  return alongAxis('logSoftmax', x, axis, (rows) => logSoftmaxOp([rows]));
}

registerComposed<{ readonly axis: number }>({
  name: 'logSoftmaxAlongAxis',
  run: ([x], { axis }) => logSoftmax(x, axis),
  torch: "a.log_softmax(args['axis'])",
  samples: [
    { inputs: [[2, 3, 4]], args: { axis: 1 } },
    { inputs: [[3, 2]], args: { axis: -2 } },
    { inputs: [[]], args: { axis: 0 } },
  ],
});
