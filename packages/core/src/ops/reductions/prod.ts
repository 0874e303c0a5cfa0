import { joinAxes } from '../../axis-layout.js';
import { isFloat } from '../../dtype.js';
import { defineOp } from '../../op.js';
import { keptShape, reduceAxes, type ReduceOptions, reduceNames } from '../../reduce.js';
import { previous } from '../scans/scan.js';
import type { Tensor } from '../../tensor.js';
import { cumprod } from '../scans/cumprod.js';
import { expand } from '../shape/expand.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';
import { sum } from './sum.js';
import { cast } from '../elementwise/to.js';
import { checkOptions } from '../../options.js';

/**
 * For each element the product of all others that are reduced with it: of those before it and of those
 * behind it, so that no zero is divided by.
 */
function productOfOthers(x: Tensor, axis: ReduceOptions['axis']): Tensor {
  const { rows, restore } = joinAxes('prod', x, axis);
  const before = previous(cumprod(rows, 1), { axis: 1 }, 1);
  const behind = previous(cumprod(rows, 1, { reverse: true }), { axis: 1, reverse: true }, 1);
  return restore(mul(before, behind));
}

const prodOp = defineOp<1, ReduceOptions>({
  name: 'prod',
  arity: 1,
  forward: ({ inputs: [x], args }) => reduceAxes('prod', x, args),
  derivative: {
    vjp: [
      (gradient, { inputs: [x], args: { axis } }) => {
        const spread = expand(reshape(gradient, keptShape('prod', x.shape, axis)), x.shape);
        return mul(spread, productOfOthers(x, axis));
      },
    ],
    jvp: [
      (tangent, { inputs: [x], args }) => sum(mul(tangent, productOfOthers(x, args.axis)), args),
    ],
  },
  torch: [
    'a.prod() if args.get("axis") is None and not args.get("keepdim") else',
    '(lambda s, axes: a.permute(*[i for i in range(a.dim()) if i not in axes], *axes).flatten(-len(axes))',
    '.prod(-1).reshape([1 if i in axes else n for i, n in enumerate(s) if args.get("keepdim") or i not in axes]))',
    '(a.shape, [i % a.dim() for i in ([args["axis"]] if isinstance(args.get("axis"), int) else args.get("axis", range(a.dim())))])',
  ].join(' '),
  samples: [
    { inputs: [[5]], args: {} },
    { inputs: [[2, 3, 2]], args: { axis: 1 } },
    { inputs: [[2, 3, 2]], args: { axis: [0, -1], keepdim: true } },
    { inputs: [[2, 3]], args: { keepdim: true } },
    { inputs: [{ shape: [4], values: [2, 0, -1.5, 3] }], args: { axis: 0 } },
    { inputs: [{ shape: [2, 4], values: [0, 2, 0, 3, 1, 0, -2, 0.5] }], args: { axis: 1 } },
    { inputs: [{ shape: [3], values: [0, 0, 0] }], args: {} },
    { inputs: [[]], args: {} },
    { inputs: [[0, 3]], args: { axis: 0 } },
    { inputs: [{ shape: [2, 3], dtype: 'i32', low: -3, high: 3 }], args: { axis: 1 } },
  ],
});

/**
 * The product over one, several or all axes, in ascending order; 1 of no elements. Whole numbers and truth
 * values are multiplied as i32. Derivative: the product of the others, zeros among them or not.
 * @throws ShapeError when an axis is not there
 *
 * @example
 * prod(tensor([[1, 2], [3, 4]]), { axis: 0 }); // [3, 8]
 */
export function prod(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkOptions('prod', options, reduceNames);
  return prodOp([isFloat(x.dtype) ? x : cast(x, 'i32')], options);
}
