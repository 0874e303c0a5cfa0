import { alongAxisOfAny } from '../../axis-layout.js';
import { isFloat } from '../../dtype.js';
import { defineOp } from '../../op.js';
import { backwards, runScan, type ScanArgs, type ScanOptions, scanNames } from './scan.js';
import type { Tensor } from '../../tensor.js';
import { cast } from '../elementwise/to.js';
import { checkOptions } from '../../options.js';

const cumsumOp = defineOp<1, ScanArgs>({
  name: 'cumsum',
  arity: 1,
  forward: ({ inputs: [x], args }) => runScan('cumsum', [x], args),
  derivative: {
    transpose: [(gradient, { args }): Tensor => cumsumOp([gradient], backwards(args))],
  },
  torch:
    "(lambda d, f: f(torch.cumsum(f(a, d), d), d))(args['axis'], (lambda t, d: t.flip(d)) if args.get('reverse') else (lambda t, d: t))",
  samples: [
    { inputs: [[5]], args: { axis: 0 } },
    { inputs: [[2, 3, 4]], args: { axis: 1 } },
    { inputs: [[3, 4]], args: { axis: 1, reverse: true } },
    { inputs: [[2, 20]], args: { axis: 1 } },
    { inputs: [[0, 3]], args: { axis: 0 } },
    { inputs: [{ shape: [4], dtype: 'i32', low: -3, high: 3 }], args: { axis: 0 } },
    {
      inputs: [{ shape: [5], values: [1, Infinity, 2, -Infinity, 3] }],
      args: { axis: 0 },
      extreme: true,
    },
  ],
});

/**
 * `y_j = x_0 + ... + x_j` along an axis, added in that order; with `reverse`, `x_j` and all behind it.
 * Whole numbers and truth values are summed as i32. Derivative: the running sum of the gradient, the
 * other way round.
 * @throws ShapeError when the axis is not there
 *
 * @example
 * cumsum(tensor([1, 2, 3]), 0); // [1, 3, 6]
 */
export function cumsum(x: Tensor, axis: number, options: ScanOptions = {}): Tensor {
  checkOptions('cumsum', options, scanNames);
  const { reverse = false } = options;
  const numbers = isFloat(x.dtype) ? x : cast(x, 'i32');
  return alongAxisOfAny('cumsum', numbers, axis, (own, normal) =>
    cumsumOp([own], { axis: normal, reverse }),
  );
}
