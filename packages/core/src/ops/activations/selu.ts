import { extremes } from '../../shared-samples.js';
import { exponentialUnit } from './exponential-unit.js';
import { registerComposed } from '../../op.js';
import type { Tensor } from '../../tensor.js';

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
  return exponentialUnit(x, { scale: seluScale, depth: seluScale * seluAlpha, rate: 1 });
}

registerComposed({
  name: 'selu',
  run: ([x]) => selu(x),
  torch: 'F.selu(a)',
  samples: [{ inputs: [[2, 3]] }, { inputs: [[]] }, extremes],
});
