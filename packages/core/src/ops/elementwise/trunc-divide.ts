import { zerosLike } from '../../create.js';
import { defineQuotient } from './quotient.js';

/**
 * `trunc(a / b)`, with broadcasting; whole numbers stay whole. Derivatives: 0.
 * @throws ValueError when a whole number is divided by 0
 *
 * @example
 * truncDivide(tensor([7, -7]), 2); // [3, -3]
 */
export const truncDivide = defineQuotient({
  name: 'truncDivide',
  derivative: { local: [({ output }) => zerosLike(output), ({ output }) => zerosLike(output)] },
  torch: "torch.div(a, b, rounding_mode='trunc')",
});
