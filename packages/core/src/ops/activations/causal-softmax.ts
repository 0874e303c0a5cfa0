import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { rowSizes } from './rows.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { softmaxGrad } from './softmax-grad.js';

const causalSoftmaxOp = defineOp({
  name: 'causalSoftmax',
  arity: 1,
  forward: ({ inputs: [x] }) => {
    const out = emptyTensor(x.shape, x.dtype, 'causalSoftmax');
    const queries = x.shape.at(-2) ?? 1;
    engine().kernel('causalSoftmax', x.dtype)(
      ...[out.address(), x.address()],
      ...[...rowSizes(x), queries],
    );
    return out;
  },
  // Elements that are not seen have a result of 0, and with it no gradient.
  derivative: { symmetric: [(gradient, { output }) => softmaxGrad(gradient, output)] },
  torch: 'torch.softmax(a.masked_fill(torch.ones(a.shape[-2:]).tril() == 0, -math.inf), -1)',
  samples: [
    { inputs: [[2, 3, 3]] },
    { inputs: [[2, 5]] },
    { inputs: [[4, 2]] },
    { inputs: [[18, 18]] },
    { inputs: [[0, 2, 3]] },
    { inputs: [[2, 0]] },
  ],
});

/**
 * The softmax along the last axis of scores `[..., L, S]`, where row `i` sees its first `i + 1` elements alone
 * and has zeros behind them.
 */
export function causalSoftmax(x: Tensor): Tensor {
  return causalSoftmaxOp([x]);
}
