import { alongAxis, rowSizes } from '../rows.js';
import { engine } from '../engine.js';
import { defineOp } from '../op.js';
import { requireFloat } from '../reduce.js';
import { emptyTensor, type Tensor } from '../tensor.js';
import { logSoftmaxGrad } from './log-softmax-grad.js';
import { reshape } from './reshape.js';

const logSoftmaxOp = defineOp({
  name: 'logSoftmax',
  arity: 1,
  forward: ({ inputs: [x] }) => {
    const out = emptyTensor(x.shape, x.dtype, 'logSoftmax');
    engine().kernel('logSoftmax', x.dtype)(out.address(), x.address(), ...rowSizes(x));
    return out;
  },
  derivative: { vjp: [(gradient, { output }) => logSoftmaxGrad(gradient, output)] },
  samples: [
    { inputs: [[3, 5]] },
    { inputs: [[2, 3, 4]] },
    { inputs: [[1, 1]] },
    { inputs: [[0, 3]] },
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
