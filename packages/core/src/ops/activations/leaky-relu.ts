import { zerosLike } from '../../create.js';
import { extremes } from '../../shared-samples.js';
import { defineKernelActivation } from './kernel-activation.js';
import type { Tensor } from '../../tensor.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface LeakyReluOptions {
  /** The slope where x is not above 0; 0.01 when left out. */
  readonly negativeSlope?: number;
}

const leakyReluNames: OptionNames<LeakyReluOptions> = { negativeSlope: true };

const leakyReluOp = defineKernelActivation<LeakyReluOptions>({
  name: 'leakyRelu',
  numbers: ({ negativeSlope = 0.01 }) => [negativeSlope],
  curvature: (x) => zerosLike(x),
  torch: "F.leaky_relu(a, args.get('negativeSlope', 0.01))",
  samples: [
    { inputs: [[3, 5]], args: {} },
    { inputs: [[]], args: { negativeSlope: 0.2 } },
    { inputs: [[0]], args: {} },
    { inputs: [[5]], args: { negativeSlope: -0.5 } },
    { ...extremes, args: {} },
  ],
});

/**
 * `y = x` for x > 0, else `negativeSlope x`. Derivative: 1 for x > 0, else `negativeSlope`.
 *
 * @example
 * leakyRelu(tensor([-1, 2]), { negativeSlope: 0.1 }); // [-0.1, 2]
 */
export function leakyRelu(x: Tensor, options: LeakyReluOptions = {}): Tensor {
  checkOptions('leakyRelu', options, leakyReluNames);
  return leakyReluOp(x, options);
}
