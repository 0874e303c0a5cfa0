import { defineNumberClass } from './number-class.js';
import { ne } from './compare.js';

/** Whether each element is NaN, as a bool tensor; `isnan(tensor([NaN, 1]))` is [true, false]. */
export const isnan = defineNumberClass('isnan', (x) => ne(x, x));
