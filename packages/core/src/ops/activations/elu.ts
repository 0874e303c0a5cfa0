import { extremes } from '../../shared-samples.js';
import { exponentialUnit } from './exponential-unit.js';
import { registerComposed } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface EluOptions {
  /** How deep it goes; 1 when left out. */
  readonly alpha?: number;
}

export const eluNames: OptionNames<EluOptions> = { alpha: true };

/**
 * `y = x` for x > 0, else `alpha (e^x - 1)` (Clevert et al. 2015). Derivative: 1 for x > 0, else `alpha e^x`.
 *
 * @example
 * elu(tensor([-1, 2])); // [-0.6321, 2]
 */
export function elu(x: Tensor, options: EluOptions = {}): Tensor {
  checkOptions('elu', options, eluNames);
  const { alpha = 1 } = options;
  return exponentialUnit(x, { scale: 1, depth: alpha, rate: 1 });
}

registerComposed<EluOptions>({
  name: 'elu',
  run: ([x], options) => elu(x, options),
  torch: 'F.elu(a, **args)',
  samples: [
    { inputs: [[2, 3]], args: {} },
    { inputs: [[4]], args: { alpha: 0.3 } },
    { ...extremes, args: {} },
  ],
});
