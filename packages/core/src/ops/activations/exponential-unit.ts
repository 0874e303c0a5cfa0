import { defineKernelActivation } from './kernel-activation.js';
import { literal } from '../../literal.js';
import { gt } from '../elementwise/compare.js';
import { exp } from '../elementwise/exp.js';
import { mul } from '../elementwise/mul.js';
import { where } from '../elementwise/where.js';

interface ExponentialUnitArgs {
  readonly scale: number;
  readonly depth: number;
  readonly rate: number;
}

/** What ELU, CELU and SELU have in common: `scale x` for x > 0, else `depth (e^(rate x) - 1)`. */
export const exponentialUnit = defineKernelActivation<ExponentialUnitArgs>({
  name: 'exponentialUnit',
  kernel: 'elu',
  numbers: ({ scale, depth, rate }) => [scale, depth, rate],
  curvature: (x, { depth, rate }) => {
    const zero = literal(0, x.dtype);
    const positive = gt(x, 0);
    // The exponential of a large x, which nobody wants, would be infinite.
    const below = where(positive, zero, x);
    return where(positive, zero, mul(exp(mul(below, rate)), depth * rate * rate));
  },
  torch:
    "torch.where(a > 0, a * args['scale'], args['depth'] * torch.expm1(torch.where(a > 0, 0 * a.detach(), a) * args['rate']))",
  samples: [
    { inputs: [[3, 5]], args: { scale: 1, depth: 1, rate: 1 } },
    { inputs: [[]], args: { scale: 1.5, depth: -0.5, rate: 2 } },
    { inputs: [[0]], args: { scale: 1, depth: 1, rate: 1 } },
  ],
});
