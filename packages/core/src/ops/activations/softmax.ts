import { alongAxis, rowSizes } from './rows.js';
import { engine } from '../../engine.js';
import { defineOp, registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { softmaxGrad } from './softmax-grad.js';
import { reshape } from '../shape/reshape.js';

const softmaxOp = defineOp({
  name: 'softmax',
  arity: 1,
  forward: ({ inputs: [x] }) => {
    const out = emptyTensor(x.shape, x.dtype, 'softmax');
    engine().kernel('softmax', x.dtype)(out.address(), x.address(), ...rowSizes(x));
    return out;
  },
  derivative: { symmetric: [(gradient, { output }) => softmaxGrad(gradient, output)] },
  torch: 'a.softmax(-1)',
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
 * `y_i = e^(x_i - m) / sum_j e^(x_j - m)` along an axis, the last when left out, with `m` the largest,
 * so that no exponential overflows. Derivative: `y (g - sum_j g_j y_j)`.
 * @throws ShapeError when the axis is not there; DTypeError for whole numbers
 *
 * @example
 * softmax(tensor([0, Math.log(3)])); // [0.25, 0.75]
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  requireFloat('softmax', x);
  if (x.rank === 0) return reshape(softmax(reshape(x, [1]), axis), []);
  return alongAxis('softmax', x, axis, (rows) => softmaxOp([rows]));
}

registerComposed<{ readonly axis: number }>({
  name: 'softmaxAlongAxis',
  run: ([x], { axis }) => softmax(x, axis),
  torch: "a.softmax(args['axis'])",
  samples: [
    { inputs: [[2, 3, 4]], args: { axis: 1 } },
    { inputs: [[3, 2]], args: { axis: -2 } },
    { inputs: [[]], args: { axis: 0 } },
  ],
});
