import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss, type LossOptions } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { gt } from '../elementwise/compare.js';
import { exp } from '../elementwise/exp.js';
import { log } from '../elementwise/log.js';
import { mul } from '../elementwise/mul.js';
import { sub } from '../elementwise/sub.js';
import { where } from '../elementwise/where.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface PoissonNllOptions extends LossOptions {
  /** Whether x is the logarithm of the rate; true when left out. */
  readonly logInput?: boolean;
  /** Whether `ln t!` is added, by Stirling's formula for targets above 1; false when left out. */
  readonly full?: boolean;
  /** Added to a rate before its logarithm; 1e-8 when left out. */
  readonly eps?: number;
}

const poissonNllNames: OptionNames<PoissonNllOptions> = {
  reduction: true,
  logInput: true,
  full: true,
  eps: true,
};

/**
 * The negative log-likelihood of counts t under Poisson distributions: `e^x - t x`, or `x - t ln(x + eps)`
 * where x is the rate itself; the mean over all elements, the sum, or each by itself. Derivative before
 * the reduction: `e^x - t`, or `1 - t / (x + eps)`.
 * @throws ShapeError when the shapes differ; DTypeError unless both are f32 or both f64
 *
 * @example
 * poissonNll(tensor([0]), tensor([2])).item(); // e^0 - 2 * 0 = 1
 */
export function poissonNll(x: Tensor, target: Tensor, options: PoissonNllOptions = {}): Tensor {
  checkOptions('poissonNll', options, poissonNllNames);
  const { logInput = true, full = false, eps = 1e-8 } = options;
  requireFloat('poissonNll', x, target);
  requireSameShape('poissonNll', x, target);
  const losses = logInput ? sub(exp(x), mul(target, x)) : sub(x, mul(target, log(add(x, eps))));
  return reduceLoss('poissonNll', full ? add(losses, logFactorial(target)) : losses, options);
}

/** `t ln t - t + ln(2 pi t) / 2` for t above 1, else 0. */
function logFactorial(target: Tensor): Tensor {
  const large = gt(target, 1);
  const t = where(large, target, 1);
  const stirling = add(sub(mul(t, log(t)), t), mul(log(mul(t, 2 * Math.PI)), 0.5));
  return where(large, stirling, 0);
}

const rates = { low: 0.25, high: 3 };

registerComposed<PoissonNllOptions>({
  name: 'poissonNll',
  run: ([x, target], options) => poissonNll(x, target, options),
  torch:
    "F.poisson_nll_loss(a, b, args.get('logInput', True), args.get('full', False), " +
    "eps=args.get('eps', 1e-8), reduction=args.get('reduction', 'mean'))",
  samples: [
    { inputs: [[3, 4], { shape: [3, 4], low: 0, high: 3 }], args: {} },
    {
      inputs: [
        { shape: [2, 3], ...rates },
        { shape: [2, 3], low: 0, high: 3 },
      ],
      args: { logInput: false, reduction: 'sum' },
    },
    {
      inputs: [[5], { shape: [5], values: [0.25, 0.5, 1.5, 2, 7] }],
      args: { full: true, reduction: 'none' },
    },
  ],
});
