import { onesLike } from '../../create.js';
import { defineQuotient } from './quotient.js';
import { div } from './div.js';
import { neg } from './neg.js';
import { trunc } from './trunc.js';

/**
 * What a division towards zero leaves, `a - b trunc(a / b)`, with the sign of `a` as in C, with
 * broadcasting; whole numbers stay whole. Derivatives: 1 and -trunc(a / b).
 * @throws ValueError when a whole number is divided by 0
 *
 * @example
 * fmod(tensor([7, -7]), 3); // [1, -1]
 */
export const fmod = defineQuotient({
  name: 'fmod',
  derivative: {
    local: [({ output }) => onesLike(output), ({ inputs: [a, b] }) => neg(trunc(div(a, b)))],
  },
  torch: 'torch.fmod(a, b)',
});
