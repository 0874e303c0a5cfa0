import { zeros } from '../../create.js';
import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { elementCount } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { indexSelect } from './index-select.js';

interface AddRowsArgs {
  readonly rows: number;
}

const addRowsOp = defineOp<2, AddRowsArgs>({
  name: 'addRows',
  arity: 2,
  forward: ({ inputs: [x, indices], args: { rows } }) => {
    const row = x.shape.slice(1);
    const out = zeros([rows, ...row], { dtype: x.dtype });
    const kernel = engine().kernel('addRows', x.dtype);
    kernel(out.address(), x.address(), indices.address(), indices.size, elementCount(row));
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
    { inputs: [[0, 2], { shape: [0], dtype: 'i32' }], args: { rows: 3 } },
  ],
});

/**
 * Zeros of `rows` rows, to which each row of `x` is added at its index, in ascending order of the
 * rows of `x`: the transpose of `indexSelect`. The indices are i32, each of [0, rows).
 */
export function addRows(x: Tensor, indices: Tensor, rows: number): Tensor {
  return addRowsOp([x, indices], { rows });
}
