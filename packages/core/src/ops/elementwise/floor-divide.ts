import { zerosLike } from '../../create.js';
import { defineQuotient } from './quotient.js';

/**
 * `floor(a / b)`, with broadcasting; whole numbers stay whole, and an infinity has no floor. Derivatives:
 * 0.
 * @throws ValueError when a whole number is divided by 0
 *
 * @example
 * floorDivide(tensor([7, -7]), 2); // [3, -4]
 */
export const floorDivide = defineQuotient({
  name: 'floorDivide',
  derivative: { local: [({ output }) => zerosLike(output), ({ output }) => zerosLike(output)] },
  torch: "torch.div(a, b, rounding_mode='floor')",
});
