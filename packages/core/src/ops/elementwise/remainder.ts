import { onesLike } from '../../create.js';
import { defineQuotient } from './quotient.js';
import { floorDivide } from './floor-divide.js';
import { neg } from './neg.js';

/**
 * What a division towards minus infinity leaves, `a - b floor(a / b)`, with the sign of `b` as in Python,
 * with broadcasting; whole numbers stay whole. Derivatives: 1 and -floor(a / b).
 * @throws ValueError when a whole number is divided by 0
 *
 * @example
 * remainder(tensor([7, -7]), 3); // [1, 2]
 */
export const remainder = defineQuotient({
  name: 'remainder',
  derivative: {
    local: [({ output }) => onesLike(output), ({ inputs: [a, b] }) => neg(floorDivide(a, b))],
  },
  torch: 'torch.remainder(a, b)',
});
