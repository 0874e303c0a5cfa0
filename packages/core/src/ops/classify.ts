import { defineUnary } from '../elementwise.js';
import type { Sample } from '../op.js';
import type { Tensor } from '../tensor.js';
import { abs } from './abs.js';
import { eq, lt, ne } from './compare.js';

const samples: readonly Sample<undefined>[] = [
  { inputs: [[2, 3]] },
  { inputs: [[]] },
  { inputs: [[0]] },
  { inputs: [{ shape: [6], values: [NaN, Infinity, -Infinity, 0, -0, 1e30] }] },
  { inputs: [{ shape: [3], values: [-1, 0, 2], dtype: 'i32' }] },
];

function defineClass(name: string, compute: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return defineUnary({
    name,
    domain: 'any',
    compute,
    derivative: { nondifferentiable: 'truth values do not vary smoothly' },
    torch: `torch.${name}(a)`,
    samples,
  });
}

/** Whether each element is NaN, as a bool tensor; `isnan(tensor([NaN, 1]))` is [true, false]. */
export const isnan = defineClass('isnan', (x) => ne(x, x));
/** Whether each element is infinite, of either sign, as a bool tensor. */
export const isinf = defineClass('isinf', (x) => eq(abs(x), Infinity));
/** Whether each element is neither infinite nor NaN, as a bool tensor. */
export const isfinite = defineClass('isfinite', (x) => lt(abs(x), Infinity));
