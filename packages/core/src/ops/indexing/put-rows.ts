import { zerosLike } from '../../create.js';
import { bytesPerElement } from '../../dtype.js';
import { engine } from '../../engine.js';
import { literal } from '../../literal.js';
import { defineOp } from '../../op.js';
import { elementCount } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { clone } from '../shape/clone.js';
import { indexSelect } from './index-select.js';
import { lastWritten } from './last-written.js';
import { reshape } from '../shape/reshape.js';
import { where } from '../elementwise/where.js';

const putRowsOp = defineOp({
  name: 'putRows',
  arity: 3,
  forward: ({ inputs: [x, indices, source] }) => {
    const out = clone(x);
    const rowBytes = elementCount(x.shape.slice(1)) * bytesPerElement(x.dtype);
    const kernel = engine().kernel('scatterRows');
    kernel(out.address(), source.address(), indices.address(), indices.size, rowBytes);
    return out;
  },
  derivative: {
    transpose: [
      (gradient, { inputs: [, indices, source] }) => putRows(gradient, indices, zerosLike(source)),
      { nondifferentiable: 'an index is a whole number' },
      (gradient, { inputs: [x, indices] }) => {
        const stays = reshape(lastWritten(x.shape.slice(0, 1), 0, indices), [
          indices.size,
          ...x.shape.slice(1).map(() => 1),
        ]);
        return where(stays, indexSelect(gradient, indices), literal(0, gradient.dtype));
      },
    ],
  },
  torch: 'a.index_copy(0, b, c)',
  samples: [
    { inputs: [[4, 3], { shape: [2], dtype: 'i32', values: [3, 1] }, [2, 3]] },
    { inputs: [[4], { shape: [3], dtype: 'i32', values: [2, 0, 1] }, [3]] },
    { inputs: [[2, 2], { shape: [0], dtype: 'i32' }, [0, 2]] },
    // PyTorch gives the gradient to all of several that go to one row.
    { inputs: [[3, 2], { shape: [3], dtype: 'i32', values: [1, 0, 1] }, [3, 2]], golden: false },
  ],
});

/**
 * `x` with each row of the source in the place that its index names; of several for one row the last
 * stays. The indices are i32 and in range.
 */
export function putRows(x: Tensor, indices: Tensor, source: Tensor): Tensor {
  return putRowsOp([x, indices, source]);
}
