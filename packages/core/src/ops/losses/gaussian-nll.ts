import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss, type LossOptions } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import { formatShape, sameShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { div } from '../elementwise/div.js';
import { log } from '../elementwise/log.js';
import { mul } from '../elementwise/mul.js';
import { relu } from '../activations/relu.js';
import { square } from '../elementwise/square.js';
import { sub } from '../elementwise/sub.js';
import { unsqueeze } from '../shape/unsqueeze.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface GaussianNllOptions extends LossOptions {
  /** Whether the constant `ln(2 pi) / 2` is added; false when left out. */
  readonly full?: boolean;
  /** The least variance, for stability; 1e-6 when left out. */
  readonly eps?: number;
}

const gaussianNllNames: OptionNames<GaussianNllOptions> = {
  reduction: true,
  full: true,
  eps: true,
};

/**
 * The negative log-likelihood of targets under normal distributions of mean x and variance v:
 * `(ln v + (x - t)^2 / v) / 2`; the mean over all elements, the sum, or each by itself. The variance has
 * the shape of x, or there is one for each of its vectors: `[N]` or `[N, 1]` for `[N, D]`. Derivatives
 * before the reduction: `(x - t) / v`, the opposite, and `(1 - (x - t)^2 / v) / (2 v)`, also where `eps`
 * stands for a smaller v.
 * @throws ShapeError when the shapes do not fit; DTypeError unless all are f32 or all f64; ValueError for
 *   a variance below 0
 *
 * @example
 * gaussianNll(tensor([1]), tensor([3]), tensor([4])).item(); // (ln 4 + 1) / 2
 */
export function gaussianNll(
  x: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNllOptions = {},
): Tensor {
  checkOptions('gaussianNll', options, gaussianNllNames);
  const { full = false, eps = 1e-6 } = options;
  requireFloat('gaussianNll', x, target, variance);
  requireSameShape('gaussianNll', x, target);
  const values = variance.view();
  if (values.some((value) => value < 0)) {
    throw new ValueError('gaussianNll: a variance is below 0; pass it through softplus or exp');
  }
  // The bound is no part of the function: what it holds up goes on learning.
  const short = values.some((value) => value < eps);
  const lack = short ? relu(sub(eps, variance)).detach() : null;
  const v = fitVariance(x, lack === null ? variance : add(variance, lack));
  const losses = mul(add(log(v), div(square(sub(x, target)), v)), 0.5);
  const constant = 0.5 * Math.log(2 * Math.PI);
  return reduceLoss('gaussianNll', full ? add(losses, constant) : losses, options);
}

function fitVariance(x: Tensor, variance: Tensor): Tensor {
  const { shape } = variance;
  const vectors = x.shape.slice(0, -1);
  if (sameShape(shape, x.shape) || sameShape(shape, [...vectors, 1])) return variance;
  if (x.rank > 0 && sameShape(shape, vectors)) return unsqueeze(variance, -1);
  throw new ShapeError(
    `gaussianNll: the variance is ${formatShape(shape)}; it has the shape of x, ` +
      `${formatShape(x.shape)}, or one number for each of its vectors`,
  );
}

const variances = { low: 0.25, high: 2 };

registerComposed<GaussianNllOptions>({
  name: 'gaussianNll',
  run: ([x, target, variance], options) => gaussianNll(x, target, variance, options),
  torch: 'F.gaussian_nll_loss(a, b, c, **args)',
  samples: [
    { inputs: [[3, 4], [3, 4], { shape: [3, 4], ...variances }], args: {} },
    {
      inputs: [[2, 3], [2, 3], { shape: [2], ...variances }],
      args: { full: true, reduction: 'sum' },
    },
    { inputs: [[2, 3], [2, 3], { shape: [2, 1], ...variances }], args: { reduction: 'none' } },
    {
      inputs: [[2], [2], { shape: [2], values: [0.125, 1] }],
      args: { eps: 0.25, reduction: 'none' },
      extreme: true,
    },
  ],
});
