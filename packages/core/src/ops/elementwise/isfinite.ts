import { defineNumberClass } from './number-class.js';
import { abs } from './abs.js';
import { lt } from './compare.js';

/** Whether each element is neither infinite nor NaN, as a bool tensor. */
export const isfinite = defineNumberClass('isfinite', (x) => lt(abs(x), Infinity));
