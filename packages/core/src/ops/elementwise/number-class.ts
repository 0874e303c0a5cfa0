import { defineUnary } from '../../elementwise.js';
import type { Sample } from '../../op.js';
import type { Tensor } from '../../tensor.js';

const samples: readonly Sample<undefined>[] = [
  { inputs: [[2, 3]] },
  { inputs: [[]] },
  { inputs: [[0]] },
  { inputs: [{ shape: [6], values: [NaN, Infinity, -Infinity, 0, -0, 1e30] }] },
  { inputs: [{ shape: [3], values: [-1, 0, 2], dtype: 'i32' }] },
];

/** Defines a question to each number. */
export function defineNumberClass(
  name: string,
  compute: (x: Tensor) => Tensor,
): (x: Tensor) => Tensor {
  return defineUnary({
    name,
    domain: 'any',
    compute,
    derivative: { nondifferentiable: 'truth values do not vary smoothly' },
    torch: `torch.${name}(a)`,
    samples,
  });
}
