import { engine } from '../../engine.js';
import { layoutOf, momentsOf, reciprocalDeviation, type Normalization } from './normalization.js';
import { defineOp } from '../../op.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { div } from '../elementwise/div.js';
import { mul } from '../elementwise/mul.js';
import { neg } from '../elementwise/neg.js';
import { standardize } from './standardize.js';
import { sum } from '../reductions/sum.js';

const standardizeGradOp = defineOp<2, Normalization>({
  name: 'standardizeGrad',
  arity: 2,
  forward: ({ inputs: [gradient, x], args }) => {
    const out = emptyTensor(x.shape, x.dtype, 'standardizeGrad');
    if (out.size === 0) return out;
    const moments = args.moments ?? momentsOf(x, args.centred);
    engine().kernel('normalizeGrad', x.dtype)(
      ...[out, gradient, x, moments].map((operand) => operand.address()),
      ...layoutOf(x).sizes,
      args.centred ? 1 : 0,
      args.eps,
    );
    return out;
  },
  derivative: {
    symmetric: [
      (outer, { inputs: [, x], args }) => standardizeGrad(outer, x, args),
      (outer, { inputs: [gradient, x], output, args }) => bend(outer, gradient, output, x, args),
    ],
  },
  torch:
    "torch.autograd.functional.vjp(lambda y: F.batch_norm(y, None, None, training=True, eps=args['eps']) if y.dim() == 3 " +
    "else F.layer_norm(y, y.shape[1:], eps=args['eps']) if args['centred'] " +
    "else y * torch.rsqrt(y.square().mean(1, keepdim=True) + args['eps']), b, a, create_graph=True)[1]",
  samples: [
    {
      inputs: [
        [3, 5],
        [3, 5],
      ],
      args: { eps: 0.01, centred: true, part: 1 },
    },
    {
      inputs: [
        [2, 6],
        [2, 6],
      ],
      args: { eps: 0.1, centred: false, part: 1 },
    },
    {
      inputs: [
        [2, 3, 3],
        [2, 3, 3],
      ],
      args: { eps: 0.01, centred: true, part: 0 },
    },
    {
      inputs: [
        [0, 3],
        [0, 3],
      ],
      args: { eps: 0.01, centred: true, part: 1 },
    },
  ],
});

/**
 * The gradient through a normalisation without weights: `r (g - mean g - y mean(g y))`, with `y` its
 * result and `r = 1 / sqrt(variance + eps)`; without the mean of g where x is not centred.
 */
export function standardizeGrad(gradient: Tensor, x: Tensor, how: Normalization): Tensor {
  return standardizeGradOp([gradient, x], how);
}

/**
 * The derivative of `h = J(x) g` by x, times u. With N elements a row, `dr = -r^2 (y v) / N` and `dy = J v` for a
 * change v, so that `dh = -r / N ((y v) h + (y g) J v + y (g J v))`. That is symmetric in u and v.
 */
function bend(u: Tensor, g: Tensor, h: Tensor, x: Tensor, how: Normalization): Tensor {
  const { axes, length } = layoutOf(x);
  const dot = (a: Tensor, b: Tensor) => sum(mul(a, b), { axis: axes, keepdim: true });
  const y = standardize(x, how);
  const k = standardizeGrad(u, x, how);
  const turned = add(add(mul(dot(y, u), h), mul(dot(y, g), k)), mul(y, dot(g, k)));
  return mul(neg(div(reciprocalDeviation(x, how), length)), turned);
}
