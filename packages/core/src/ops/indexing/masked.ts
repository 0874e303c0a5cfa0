import { zeros } from '../../create.js';
import { isFloat } from '../../dtype.js';
import type { Operand } from '../../elementwise.js';
import { registerComposed } from '../../op.js';
import { broadcastShapes } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { indicesAlongAxes, truePlaces } from './true-places.js';
import { ne } from '../elementwise/compare.js';
import { expand } from '../shape/expand.js';
import { indexSelect } from './index-select.js';
import { reshape } from '../shape/reshape.js';
import { stack } from '../shape/stack.js';
import { cast } from '../elementwise/to.js';
import { where } from '../elementwise/where.js';

/**
 * `x` with a value, a number or a tensor that stretches, where the mask is true (anything but 0), which
 * stretches to `x`. Derivatives: the gradient where `x` was left, and for the value where it was put.
 * @throws ShapeError when the shapes do not stretch
 *
 * @example
 * maskedFill(tensor([1, -2, 3]), tensor([false, true, false]), 0); // [1, 0, 3]
 */
export function maskedFill(x: Tensor, mask: Tensor, value: Operand): Tensor {
  // The result has the dtype of x, not the wider of the two.
  const own = typeof value === 'number' || value.dtype === x.dtype ? value : cast(value, x.dtype);
  return where(mask, own, x);
}

/**
 * The elements where the mask is true (anything but 0), as a list, row by row; both are stretched to each
 * other first. Derivative: the gradient where elements were taken.
 * @throws ShapeError when the shapes do not stretch
 *
 * @example
 * maskedSelect(tensor([1, -2, 3]), tensor([true, false, true])); // [1, 3]
 */
export function maskedSelect(x: Tensor, mask: Tensor): Tensor {
  const shape = broadcastShapes('maskedSelect', x.shape, mask.shape);
  const places = truePlaces('maskedSelect', expand(cast(mask, 'bool'), shape));
  return indexSelect(reshape(expand(x, shape), [-1]), places);
}

/**
 * Where the elements are that are not 0: a row of i32 for each, row by row, with its index along every
 * axis. NaN is not 0.
 *
 * @example
 * nonzero(tensor([[0, 1], [2, 0]])); // [[0, 1], [1, 0]]
 */
export function nonzero(x: Tensor): Tensor {
  const places = truePlaces('nonzero', isFloat(x.dtype) ? ne(x, 0) : x);
  const along = indicesAlongAxes('nonzero', places, x.shape);
  return along.length === 0 ? zeros([places.size, 0], { dtype: 'i32' }) : stack(along, 1);
}

const mask = { shape: [2, 3], dtype: 'bool', low: 0, high: 1 } as const;
const row = { shape: [3], dtype: 'bool', values: [1, 0, 1] } as const;

registerComposed<{ readonly value?: number }>({
  name: 'maskedFill',
  run: ([x, chosen, value], args) => maskedFill(x, chosen, args.value ?? value),
  torch: 'a.masked_fill(b, float(args["value"]) if "value" in args else c)',
  samples: [
    { inputs: [[2, 3], mask], args: { value: -1.5 } },
    { inputs: [[2, 3], row], args: { value: 2 } },
    { inputs: [[2, 3], row, []], args: {} },
    { inputs: [[0, 3], row], args: { value: 2 } },
    {
      inputs: [{ shape: [3], values: [1, NaN, Infinity] }, row],
      args: { value: -Infinity },
      extreme: true,
    },
  ],
});
registerComposed({
  name: 'maskedSelect',
  run: ([x, chosen]) => maskedSelect(x, chosen),
  torch: 'a.masked_select(b)',
  samples: [
    { inputs: [[2, 3], mask] },
    { inputs: [[2, 3], row] },
    { inputs: [[2, 1], row] },
    { inputs: [[3], { shape: [3], dtype: 'bool', values: [0, 0, 0] }] },
    { inputs: [[], { shape: [], dtype: 'bool', values: [1] }] },
  ],
});
registerComposed({
  name: 'nonzero',
  run: ([x]) => nonzero(x),
  torch: 'a.nonzero()',
  samples: [
    { inputs: [mask] },
    { inputs: [{ shape: [2, 2, 2], dtype: 'i32', low: 0, high: 1 }] },
    { inputs: [{ shape: [4], values: [0, -0, NaN, 2] }], extreme: true },
    { inputs: [{ shape: [], dtype: 'i32', values: [3] }] },
    { inputs: [{ shape: [0, 2], dtype: 'bool' }] },
  ],
});
