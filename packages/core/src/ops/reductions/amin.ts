import { registerComposed } from '../../op.js';
import { type ReduceOptions, reduceNames } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import { min } from './min.js';
import { checkOptions } from '../../options.js';

/**
 * The smallest element over one, several or all axes, as `min`. Derivative: the smallest share it equally along
 * a single axis, too, where `min` gives all of it to the first.
 * @throws ShapeError when there is no element to choose from
 *
 * @example
 * amin(tensor([5, 1, 5, 1])); // 1
 */
export function amin(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('amin', options, reduceNames);
  const { axis, keepdim = false } = options;
  return min(x, axis === undefined ? { keepdim } : { axis: [axis].flat(), keepdim });
}

registerComposed<ReduceOptions>({
  name: 'amin',
  run: ([x], args) => amin(x, args),
  torch: 'a.amin(args.get("axis", list(range(a.dim()))), args.get("keepdim", False))',
  samples: [
    { inputs: [[2, 3, 2]], args: { axis: 1 } },
    { inputs: [[2, 3]], args: { keepdim: true } },
    { inputs: [[2, 3, 2]], args: { axis: [0, -1] } },
    {
      inputs: [{ shape: [3, 3], values: [1, 3, 3, -1, -1, 0, 2, 2, 2] }],
      args: { axis: 1 },
      extreme: true,
    },
  ],
});
