import { extremes } from '../../shared-samples.js';
import { exponentialUnit } from './exponential-unit.js';
import { ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { type EluOptions, eluNames } from './elu.js';
import { checkOptions } from '../../options.js';

/**
 * `y = x` for x > 0, else `alpha (e^(x / alpha) - 1)`, whose derivative has no jump at 0 (Barron 2017).
 * Derivative: 1 for x > 0, else `e^(x / alpha)`.
 * @throws ValueError when `alpha` is 0
 *
 * @example
 * celu(tensor([-1, 2]), { alpha: 2 }); // [-0.7869, 2]
 */
export function celu(x: Tensor, options: EluOptions = {}): Tensor {
  checkOptions('celu', options, eluNames);
  const { alpha = 1 } = options;
  if (alpha === 0) throw new ValueError('celu: x is divided by alpha, which must not be 0');
  return exponentialUnit(x, { scale: 1, depth: alpha, rate: 1 / alpha });
}

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
