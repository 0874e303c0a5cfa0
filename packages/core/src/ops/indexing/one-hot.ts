import { zeros } from '../../create.js';
import { DTypeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { max } from '../reductions/max.js';
import { min } from '../reductions/min.js';
import { scatter } from './scatter.js';
import { cast } from '../elementwise/to.js';
import { unsqueeze } from '../shape/unsqueeze.js';

/**
 * Each class index as a row of `classes` numbers, 1 at the index and 0 elsewhere, as i32; the largest index
 * and one more classes when they are left out. `to('f32')` makes a target of it.
 * @throws DTypeError unless the indices are i32 or u8; ValueError when one is below 0 or not below
 *   `classes`, or when there is none to count the classes from
 *
 * @example
 * oneHot(tensor([0, 2], { dtype: 'i32' }), 3); // [[1, 0, 0], [0, 0, 1]]
 */
export function oneHot(indices: Tensor, classes?: number): Tensor {
  if (indices.dtype !== 'i32' && indices.dtype !== 'u8') {
    throw new DTypeError(`oneHot: indices are i32 or u8, not ${indices.dtype}; use to('i32')`);
  }
  const whole = cast(indices, 'i32');
  if (classes === undefined && whole.size === 0) {
    throw new ValueError('oneHot: there is no index to count the classes from; give their number');
  }
  const [lowest, highest] = whole.size === 0 ? [0, -1] : [min(whole).item(), max(whole).item()];
  const count = classes ?? highest + 1;
  if (!Number.isInteger(count) || lowest < 0 || highest >= count || count < 1) {
    throw new ValueError(
      `oneHot: indices of ${lowest} to ${highest} are not all among the classes 0 to ${count - 1}`,
    );
  }
  const none = zeros([...whole.shape, count], { dtype: 'i32' });
  return scatter(none, -1, unsqueeze(whole, -1), 1);
}

registerComposed<{ readonly classes?: number }>({
  name: 'oneHot',
  run: ([indices], { classes }) => oneHot(indices, classes),
  torch: 'F.one_hot(a, args.get("classes", -1))',
  samples: [
    { inputs: [{ shape: [4], dtype: 'i32', low: 0, high: 2 }], args: { classes: 5 } },
    { inputs: [{ shape: [2, 3], dtype: 'i32', low: 0, high: 3 }], args: {} },
    { inputs: [{ shape: [], dtype: 'i32', values: [1] }], args: { classes: 3 } },
    { inputs: [{ shape: [0], dtype: 'i32' }], args: { classes: 3 } },
  ],
});
