import { joinAxes } from '../../axis-layout.js';
import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { keptShape, requireFloat, type ReduceOptions, reduceNames } from '../../reduce.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { normalizeAxes } from '../../shape.js';
import { exp } from '../elementwise/exp.js';
import { expand } from '../shape/expand.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';
import { sub } from '../elementwise/sub.js';
import { sum } from './sum.js';
import { checkOptions } from '../../options.js';

/** `e^(x - y)`: each element's share of the sum. */
function shares(x: Tensor, y: Tensor, axis: ReduceOptions['axis']): Tensor {
  return exp(sub(x, reshape(y, keptShape('logsumexp', x.shape, axis))));
}

const logsumexpOp = defineOp<1, ReduceOptions>({
  name: 'logsumexp',
  arity: 1,
  forward: ({ inputs: [x], args: { axis, keepdim } }) => {
    const { rows } = joinAxes('logsumexp', x, axis);
    const reduced = normalizeAxes('logsumexp', axis, x.rank);
    const shape = keepdim
      ? keptShape('logsumexp', x.shape, axis)
      : x.shape.filter((_, i) => !reduced.includes(i));
    const out = emptyTensor(shape, x.dtype, 'logsumexp');
    const [count = 1, length = 1] = rows.shape;
    engine().kernel('logsumexp', x.dtype)(out.address(), rows.address(), count, length);
    return out;
  },
  derivative: {
    vjp: [
      (gradient, { inputs: [x], output, args: { axis } }) => {
        const spread = expand(reshape(gradient, keptShape('logsumexp', x.shape, axis)), x.shape);
        return mul(spread, shares(x, output, axis));
      },
    ],
    jvp: [
      (tangent, { inputs: [x], output, args }) =>
        sum(mul(tangent, shares(x, output, args.axis)), args),
    ],
  },
  torch: 'torch.logsumexp(a, args.get("axis", list(range(a.dim()))), args.get("keepdim", False))',
  samples: [
    { inputs: [[2, 3]], args: {} },
    { inputs: [[2, 3, 2]], args: { axis: 1 } },
    { inputs: [[2, 3, 2]], args: { axis: [0, -1], keepdim: true } },
    { inputs: [[2, 20]], args: { axis: -1 } },
    { inputs: [[0, 3]], args: { axis: 0 } },
    {
      inputs: [{ shape: [2, 3], values: [100, 101, 99, -100, -101, -Infinity] }],
      args: { axis: 1 },
      extreme: true,
    },
    {
      inputs: [
        {
          shape: [3, 2],
          values: [-Infinity, -Infinity, Infinity, 1, NaN, 2],
        },
      ],
      args: { axis: 1 },
      extreme: true,
    },
  ],
});

/**
 * `y = ln sum_j e^x_j` over one, several or all axes, with the largest taken out so that nothing
 * overflows; -Infinity where all are, or of no elements. Derivative: `e^(x_j - y)`, the softmax.
 * @throws ShapeError when an axis is not there; DTypeError for whole numbers
 *
 * @example
 * logsumexp(tensor([1000, 1000])); // 1000 + ln 2
 */
export function logsumexp(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('logsumexp', options, reduceNames);
  requireFloat('logsumexp', x);
  return logsumexpOp([x], options);
}
