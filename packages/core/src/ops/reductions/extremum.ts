import { arange } from '../../create.js';
import { isFloat } from '../../dtype.js';
import { literal } from '../../literal.js';
import { defineOp } from '../../op.js';
import { eq, ne } from '../elementwise/compare.js';
import { div } from '../elementwise/div.js';
import { expand } from '../shape/expand.js';
import { logicalOr } from '../elementwise/logical.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';
import { sum } from './sum.js';
import { cast } from '../elementwise/to.js';
import { where } from '../elementwise/where.js';
import { checkNotEmpty, keptShape, reduceAxes, type ReduceOptions } from '../../reduce.js';
import { normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';

/** Defines the largest or smallest element; `argument` gives the index of the one along an axis. */
export function defineExtremum(
  name: 'max' | 'min',
  argument: (x: Tensor, options: { readonly axis: number; readonly keepdim: true }) => Tensor,
): (x: Tensor, options?: ReduceOptions) => Tensor {
  /** Where the gradient goes: as many shares as there are chosen elements, each of 1 / their number. */
  const shares = (x: Tensor, output: Tensor, axis: ReduceOptions['axis']): Tensor => {
    if (typeof axis === 'number' && x.rank > 0) {
      const normal = normalizeAxis(name, axis, x.rank);
      const positions = arange(0, x.shape[normal] ?? 1);
      const along = reshape(
        positions,
        x.shape.slice(normal).map((size, i) => (i === 0 ? size : 1)),
      );
      return cast(eq(along, argument(x, { axis: normal, keepdim: true })), x.dtype);
    }
    const value = reshape(output, keptShape(name, x.shape, axis));
    // Beside a NaN the value is NaN, which equals nothing.
    const chosen = cast(logicalOr(eq(x, value), ne(x, x)), x.dtype);
    const options = { keepdim: true, ...(axis === undefined ? {} : { axis }) };
    return div(chosen, sum(chosen, options));
  };
  const run = defineOp<1, ReduceOptions>({
    name,
    arity: 1,
    forward: ({ inputs: [x], args }) => reduceAxes(name, x, args),
    derivative: {
      vjp: [
        (gradient, { inputs: [x], output, args: { axis } }) => {
          const share = shares(x, output, axis);
          const spread = expand(reshape(gradient, keptShape(name, x.shape, axis)), x.shape);
          // Not a bare product: 0 times an infinite gradient is not 0.
          return where(eq(share, 0), literal(0, x.dtype), mul(spread, share));
        },
      ],
      jvp: [
        (tangent, { inputs: [x], output, args }) => {
          const share = shares(x, output, args.axis);
          const part = where(eq(share, 0), literal(0, x.dtype), mul(tangent, share));
          return sum(part, args);
        },
      ],
    },
    torch: [
      `a.${name}() if "axis" not in args`,
      `else a.a${name}(args["axis"], args.get("keepdim", False)) if isinstance(args["axis"], list)`,
      `else a.${name}(args["axis"], args.get("keepdim", False)).values`,
    ].join(' '),
    samples: [
      { inputs: [[3, 4]], args: {} },
      { inputs: [[2, 3, 4]], args: { axis: 1 } },
      { inputs: [[2, 3, 4]], args: { axis: -1, keepdim: true } },
      { inputs: [[2, 3, 4]], args: { axis: [0, 2] } },
      { inputs: [[]], args: {} },
      { inputs: [[0, 3]], args: { axis: 1 } },
      { inputs: [[2, 17, 2]], args: { axis: 1 } },
      {
        inputs: [{ shape: [3, 3], values: [1, 3, 3, -1, -1, 0, 2, 2, 2] }],
        args: {},
        extreme: true,
      },
      {
        inputs: [{ shape: [3, 3], values: [1, 3, 3, -1, -1, 0, 2, 2, 2] }],
        args: { axis: 1 },
        extreme: true,
      },
      {
        inputs: [{ shape: [3, 3], values: [1, 3, 3, -1, -1, 0, 2, 2, 2] }],
        args: { axis: 0, keepdim: true },
        extreme: true,
      },
      {
        inputs: [{ shape: [3, 3], values: [1, 3, 3, -1, -1, 0, 2, 2, 2] }],
        args: { axis: [0, 1] },
        extreme: true,
      },
      {
        inputs: [{ shape: [2, 3], values: [1, NaN, 3, -Infinity, Infinity, 0] }],
        args: { axis: 1 },
        extreme: true,
      },
    ],
  });
  return (x, options = {}) => {
    checkNotEmpty(name, x.shape, options.axis);
    if (isFloat(x.dtype) || x.dtype === 'i32') return run([x], options);
    return cast(run([cast(x, 'i32')], options), x.dtype);
  };
}
