import type { Tensor } from '../tensor.js';

/**
 * The same elements as a constant: no derivative, of either mode, passes through. As `x.detach()`.
 *
 * @example
 * grad((x: Tensor) => x.mul(stopGradient(x)).sum())(tensor(3)).item(); // 3, not 6
 */
export function stopGradient(x: Tensor): Tensor {
  return x.detach();
}
