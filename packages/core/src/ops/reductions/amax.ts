import { registerComposed } from '../../op.js';
import { type ReduceOptions, reduceNames } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import { max } from './max.js';
import { checkOptions } from '../../options.js';

/**
 * The largest element over one, several or all axes, as `max`. Derivative: the largest share it equally along
 * a single axis, too, where `max` gives all of it to the first.
 * @throws ShapeError when there is no element to choose from
 *
 * @example
 * amax(tensor([5, 1, 5, 1])); // 5
 */
export function amax(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('amax', options, reduceNames);
  const { axis, keepdim = false } = options;
  return max(x, axis === undefined ? { keepdim } : { axis: [axis].flat(), keepdim });
}

registerComposed<ReduceOptions>({
  name: 'amax',
  run: ([x], args) => amax(x, args),
  torch: 'a.amax(args.get("axis", list(range(a.dim()))), args.get("keepdim", False))',
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
