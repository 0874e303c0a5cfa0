import { alongAxisOfAny } from '../../axis-layout.js';
import { isFloat } from '../../dtype.js';
import { defineOp } from '../../op.js';
import {
  backwards,
  previous,
  runScan,
  type ScanArgs,
  type ScanOptions,
  scanNames,
} from './scan.js';
import type { Tensor } from '../../tensor.js';
import { mul } from '../elementwise/mul.js';
import { recurrence } from './recurrence.js';
import { cast } from '../elementwise/to.js';
import { checkOptions } from '../../options.js';

const cumprodOp = defineOp<1, ScanArgs>({
  name: 'cumprod',
  arity: 1,
  forward: ({ inputs: [x], args }) => runScan('cumprod', [x], args),
  derivative: {
    vjp: [
      // Each factor meets the product before it, and what a gradient behind it has come through: no
      // quotient, so that zeros are factors like others.
      (gradient, { inputs: [x], output, args }) => {
        const back = backwards(args);
        const behind = recurrence(previous(x, back, 0), gradient, back);
        return mul(previous(output, args, 1), behind);
      },
    ],
    jvp: [
      (tangent, { inputs: [x], output, args }) =>
        recurrence(x, mul(tangent, previous(output, args, 1)), args),
    ],
  },
  torch:
    "(lambda d, f: f(torch.cumprod(f(a, d), d), d))(args['axis'], (lambda t, d: t.flip(d)) if args.get('reverse') else (lambda t, d: t))",
  samples: [
    { inputs: [[5]], args: { axis: 0 } },
    { inputs: [[2, 3, 2]], args: { axis: 1 } },
    { inputs: [[2, 4]], args: { axis: 1, reverse: true } },
    { inputs: [{ shape: [5], values: [2, 0, -1.5, 3, 0.5] }], args: { axis: 0 } },
    { inputs: [{ shape: [2, 4], values: [1, 0, 2, 0, 0, 0, 0, 3] }], args: { axis: 1 } },
    { inputs: [[0, 3]], args: { axis: 0 } },
    { inputs: [{ shape: [4], dtype: 'i32', low: -3, high: 3 }], args: { axis: 0 } },
  ],
});

/**
 * `y_j = x_0 x_1 ... x_j` along an axis, multiplied in that order; with `reverse`, `x_j` and all behind
 * it. Whole numbers and truth values are multiplied as i32. Derivative: `dy_k / dx_j` is the product of
 * the others up to `k`, zeros among them or not.
 * @throws ShapeError when the axis is not there
 *
 * @example
 * cumprod(tensor([1, 2, 3]), 0); // [1, 2, 6]
 */
export function cumprod(x: Tensor, axis: number, options: ScanOptions = {}): Tensor {
  checkOptions('cumprod', options, scanNames);
  const { reverse = false } = options;
  const numbers = isFloat(x.dtype) ? x : cast(x, 'i32');
  return alongAxisOfAny('cumprod', numbers, axis, (own, normal) =>
    cumprodOp([own], { axis: normal, reverse }),
  );
}
