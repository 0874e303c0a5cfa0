import { registerComposed } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { alias } from '../shape/alias.js';

/**
 * `y = x`: the activation of a layer without one. Derivative: 1.
 *
 * @example
 * identity(tensor([-1, 2])); // [-1, 2]
 */
export function identity(x: Tensor): Tensor {
  return alias(x);
}

registerComposed({
  name: 'identity',
  run: ([x]) => identity(x),
  torch: 'a.clone()',
  samples: [{ inputs: [[2, 3]] }, { inputs: [[]] }, { inputs: [[0]] }],
});
