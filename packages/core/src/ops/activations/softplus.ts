import { extremes } from '../../shared-samples.js';
import { ValueError } from '../../errors.js';
import { defineKernelActivation } from './kernel-activation.js';
import { literal } from '../../literal.js';
import type { Tensor } from '../../tensor.js';
import { ge } from '../elementwise/compare.js';
import { mul } from '../elementwise/mul.js';
import { sigmoid } from './sigmoid.js';
import { sub } from '../elementwise/sub.js';
import { where } from '../elementwise/where.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface SoftplusOptions {
  /** How sharp the bend is; 1 when left out. */
  readonly beta?: number;
  /** Where `beta x` is above it, the result is x itself; 20 when left out. */
  readonly threshold?: number;
}

const softplusNames: OptionNames<SoftplusOptions> = { beta: true, threshold: true };

const softplusOp = defineKernelActivation<SoftplusOptions>({
  name: 'softplus',
  numbers: ({ beta = 1, threshold = 20 }) => [beta, threshold],
  curvature: (x, { beta = 1, threshold = 20 }) => {
    const z = mul(x, beta);
    const s = sigmoid(z);
    return where(ge(z, threshold), literal(0, x.dtype), mul(mul(s, sub(1, s)), beta));
  },
  torch: 'F.softplus(a, **args)',
  samples: [
    { inputs: [[3, 5]], args: {} },
    { inputs: [[]], args: { beta: 2.5 } },
    { inputs: [[0]], args: {} },
    { inputs: [[4]], args: { beta: 3, threshold: 1 } },
    { ...extremes, args: {} },
    { ...extremes, args: { beta: 0.5, threshold: 10 } },
  ],
});

/**
 * `y = ln(1 + e^(beta x)) / beta`, a smooth ReLU; x itself where `beta x` is above the threshold, where
 * they do not differ. Derivative: sigmoid(beta x), or 1 above the threshold.
 * @throws ValueError for a `beta` of 0 or below
 *
 * @example
 * softplus(tensor([-1, 0, 1])); // [0.3133, 0.6931, 1.3133]
 */
export function softplus(x: Tensor, options: SoftplusOptions = {}): Tensor {
  checkOptions('softplus', options, softplusNames);
  const { beta = 1 } = options;
  if (!(beta > 0)) throw new ValueError(`softplus: beta must be above 0, not ${beta}`);
  return softplusOp(x, options);
}
