import { alongAxisOfAny } from '../../axis-layout.js';
import { defineOp } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import {
  backwards,
  previous,
  runScan,
  type ScanArgs,
  type ScanOptions,
  scanNames,
} from './scan.js';
import type { Tensor } from '../../tensor.js';
import { exp } from '../elementwise/exp.js';
import { mul } from '../elementwise/mul.js';
import { recurrence } from './recurrence.js';
import { sub } from '../elementwise/sub.js';
import { checkOptions } from '../../options.js';

/** What an earlier sum is worth in the next one: `e^(y_(j-1) - y_j)`, never above 1. */
function decay(y: Tensor, args: ScanArgs): Tensor {
  return exp(sub(previous(y, args, -Infinity), y));
}

const logcumsumexpOp = defineOp<1, ScanArgs>({
  name: 'logcumsumexp',
  arity: 1,
  forward: ({ inputs: [x], args }) => runScan('logcumsumexp', [x], args),
  derivative: {
    vjp: [
      (gradient, { inputs: [x], output, args }) => {
        const back = backwards(args);
        const behind = recurrence(previous(decay(output, args), back, 0), gradient, back);
        return mul(exp(sub(x, output)), behind);
      },
    ],
    jvp: [
      (tangent, { inputs: [x], output, args }) =>
        recurrence(decay(output, args), mul(tangent, exp(sub(x, output))), args),
    ],
  },
  torch:
    "(lambda d, f: f(torch.logcumsumexp(f(a, d), d), d))(args['axis'], (lambda t, d: t.flip(d)) if args.get('reverse') else (lambda t, d: t))",
  samples: [
    { inputs: [[5]], args: { axis: 0 } },
    { inputs: [[2, 3, 2]], args: { axis: 1 } },
    { inputs: [[2, 4]], args: { axis: 1, reverse: true } },
    { inputs: [[0, 3]], args: { axis: 0 } },
    {
      inputs: [{ shape: [5], values: [-90, 30, 31, -Infinity, 29] }],
      args: { axis: 0 },
      extreme: true,
    },
  ],
});

/**
 * `y_j = ln (e^x_0 + ... + e^x_j)` along an axis, where nothing overflows; with `reverse`, of `x_j` and
 * all behind it. Derivative: `dy_k / dx_j = e^(x_j - y_k)` for `j` up to `k`.
 * @throws ShapeError when the axis is not there; DTypeError for whole numbers
 *
 * @example
 * logcumsumexp(tensor([0, 0, 0]), 0); // [0, ln 2, ln 3]
 */
export function logcumsumexp(x: Tensor, axis: number, options: ScanOptions = {}): Tensor {
  checkOptions('logcumsumexp', options, scanNames);
  const { reverse = false } = options;
  requireFloat('logcumsumexp', x);
  return alongAxisOfAny('logcumsumexp', x, axis, (own, normal) =>
    logcumsumexpOp([own], { axis: normal, reverse }),
  );
}
