import { bytesPerElement } from '../dtype.js';
import { engine } from '../engine.js';
import { defineOp } from '../op.js';
import { elementCount } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { zeros } from '../create.js';
import { indexSelect } from './index-select.js';

interface IndexAddArgs {
  readonly rows: number;
}

const indexAddOp = defineOp<2, IndexAddArgs>({
  name: 'indexAdd',
  arity: 2,
  forward: ({ inputs: [x, indices], args: { rows } }) => {
    const row = x.shape.slice(1);
    const out = zeros([rows, ...row], { dtype: x.dtype });
    const length = elementCount(row);
    if (length === 0) return out;
    const bytes = length * bytesPerElement(x.dtype);
    const add = engine().kernel('add', x.dtype);
    const to = out.address();
    const from = x.address();
    (indices.view() as Int32Array).forEach((index, i) => {
      const target = to + index * bytes;
      add(target, target, from + i * bytes, length, 0);
    });
    return out;
  },
  derivative: {
    transpose: [
      (gradient, { inputs: [, indices] }) => indexSelect(gradient, indices),
      { nondifferentiable: 'an index is a whole number' },
    ],
  },
  torch: "a.new_zeros([args['rows'], *a.shape[1:]]).index_add(0, b, a)",
  samples: [
    { inputs: [[7, 3], { shape: [7], dtype: 'i32', low: 0, high: 4 }], args: { rows: 5 } },
    { inputs: [[2], { shape: [2], dtype: 'i32', low: 0, high: 3 }], args: { rows: 4 } },
  ],
});

/**
 * Zeros of `rows` rows, to which each row of `x` is added at its index, in ascending order of the
 * rows of `x`: the transpose of `indexSelect`. The indices are i32, each below `rows`.
 */
export function indexAdd(x: Tensor, indices: Tensor, rows: number): Tensor {
  return indexAddOp([x, indices], { rows });
}
