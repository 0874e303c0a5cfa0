import { defineNumberClass } from './number-class.js';
import { abs } from './abs.js';
import { eq } from './compare.js';

/** Whether each element is infinite, of either sign, as a bool tensor. */
export const isinf = defineNumberClass('isinf', (x) => eq(abs(x), Infinity));
