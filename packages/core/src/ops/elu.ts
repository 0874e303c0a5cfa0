import { extremes } from '../extreme-samples.js';
import { ValueError } from '../errors.js';
import { defineKernelActivation } from '../kernel-activation.js';
import { literal } from '../literal.js';
import { registerComposed } from '../op.js';
import type { Tensor } from '../tensor.js';
import { gt } from './compare.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { where } from './where.js';

interface BendArgs {
  readonly scale: number;
  readonly depth: number;
  readonly rate: number;
}

/** What ELU, CELU and SELU have in common: `scale x` for x > 0, else `depth (e^(rate x) - 1)`. */
const bent = defineKernelActivation<BendArgs>({
  name: 'elu',
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

export interface EluOptions {
  /** How deep it goes; 1 when left out. */
  readonly alpha?: number;
}

/**
 * `y = x` for x > 0, else `alpha (e^x - 1)` (Clevert et al. 2015). Derivative: 1 for x > 0, else `alpha e^x`.
 *
 * @example
 * elu(tensor([-1, 2])); // [-0.6321, 2]
 */
export function elu(x: Tensor, { alpha = 1 }: EluOptions = {}): Tensor {
  return bent(x, { scale: 1, depth: alpha, rate: 1 });
}

/**
 * `y = x` for x > 0, else `alpha (e^(x / alpha) - 1)`, whose derivative has no jump at 0 (Barron 2017).
 * Derivative: 1 for x > 0, else `e^(x / alpha)`.
 * @throws ValueError when `alpha` is 0
 *
 * @example
 * celu(tensor([-1, 2]), { alpha: 2 }); // [-0.7869, 2]
 */
export function celu(x: Tensor, { alpha = 1 }: EluOptions = {}): Tensor {
  if (alpha === 0) throw new ValueError('celu: x is divided by alpha, which must not be 0');
  return bent(x, { scale: 1, depth: alpha, rate: 1 / alpha });
}

const seluScale = 1.0507009873554804934193349852946;
const seluAlpha = 1.6732632423543772848170429916717;

/**
 * `y = s x` for x > 0, else `s a (e^x - 1)` with s = 1.0507 and a = 1.6733, which keeps the mean 0 and
 * the variance 1 from layer to layer (Klambauer et al. 2017). Derivative: s for x > 0, else `s a e^x`.
 *
 * @example
 * selu(tensor([-1, 2])); // [-1.1113, 2.1014]
 */
export function selu(x: Tensor): Tensor {
  return bent(x, { scale: seluScale, depth: seluScale * seluAlpha, rate: 1 });
}

registerComposed<EluOptions>({
  name: 'eluOfAlpha',
  run: ([x], options) => elu(x, options),
  torch: 'F.elu(a, **args)',
  samples: [
    { inputs: [[2, 3]], args: {} },
    { inputs: [[4]], args: { alpha: 0.3 } },
    { ...extremes, args: {} },
  ],
});

registerComposed<EluOptions>({
  name: 'celu',
  run: ([x], options) => celu(x, options),
  torch: 'F.celu(a, **args)',
  samples: [
    { inputs: [[2, 3]], args: {} },
    { inputs: [[4]], args: { alpha: 0.25 } },
    { ...extremes, args: { alpha: 2 } },
  ],
});

registerComposed({
  name: 'selu',
  run: ([x]) => selu(x),
  torch: 'F.selu(a)',
  samples: [{ inputs: [[2, 3]] }, { inputs: [[]] }, extremes],
});
