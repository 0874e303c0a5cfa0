import { zerosLike } from '../../create.js';
import { ValueError } from '../../errors.js';
import { literal } from '../../literal.js';
import { defineOp } from '../../op.js';
import { checkNotEmpty, keptShape, requireFloat, type ReduceOptions } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import { abs } from '../elementwise/abs.js';
import { eq, ne } from '../elementwise/compare.js';
import { div } from '../elementwise/div.js';
import { logicalOr } from '../elementwise/logical.js';
import { max } from './max.js';
import { min } from './min.js';
import { mul } from '../elementwise/mul.js';
import { pow } from '../elementwise/pow.js';
import { reshape } from '../shape/reshape.js';
import { sign } from '../elementwise/sign.js';
import { sqrt } from '../elementwise/sqrt.js';
import { square } from '../elementwise/square.js';
import { sum } from './sum.js';
import { cast } from '../elementwise/to.js';
import { where } from '../elementwise/where.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface NormOptions extends ReduceOptions {
  /** The order: 2 when left out; 0 counts, Infinity and -Infinity are the extremes of magnitude. */
  readonly p?: number;
}

const normNames: OptionNames<NormOptions> = { axis: true, keepdim: true, p: true };

function normOf(x: Tensor, p: number, options: ReduceOptions): Tensor {
  if (p === Infinity) return max(abs(x), options);
  if (p === -Infinity) return min(abs(x), options);
  if (p === 0) return sum(cast(ne(x, 0), x.dtype), options);
  if (p === 1) return sum(abs(x), options);
  if (p === 2) return sqrt(sum(square(x), options));
  return pow(sum(pow(abs(x), p), options), 1 / p);
}

/** Ones in the place of zeros, so that nothing is divided by them. */
function withoutZeros(x: Tensor): Tensor {
  return where(eq(x, 0), literal(1, x.dtype), x);
}

/** The derivative of the norm y by each element: 0 where the power of it has a kink or a pole. */
function slope(x: Tensor, y: Tensor, { p = 2, axis }: NormOptions): Tensor {
  if (p === 0) return zerosLike(x);
  if (p === 1) return sign(x);
  const kept = reshape(y, keptShape('norm', x.shape, axis));
  if (p === 2) return div(x, withoutZeros(kept));
  if (Math.abs(p) === Infinity) {
    const extreme = cast(eq(abs(x), kept), x.dtype);
    const options = axis === undefined ? { keepdim: true } : { axis, keepdim: true };
    return mul(sign(x), div(extreme, sum(extreme, options)));
  }
  const share = div(withoutZeros(abs(x)), withoutZeros(kept));
  const flat = logicalOr(eq(x, 0), eq(kept, 0));
  return where(flat, literal(0, x.dtype), mul(sign(x), pow(share, p - 1)));
}

const normOp = defineOp<1, NormOptions>({
  name: 'norm',
  arity: 1,
  forward: ({ inputs: [x], args: { p = 2, ...options } }) => normOf(x, p, options),
  derivative: {
    vjp: [
      (gradient, { inputs: [x], output, args }) =>
        mul(reshape(gradient, keptShape('norm', x.shape, args.axis)), slope(x, output, args)),
    ],
    jvp: [
      (tangent, { inputs: [x], output, args }) => {
        const { p: _, ...options } = args;
        return sum(mul(tangent, slope(x, output, args)), options);
      },
    ],
  },
  torch:
    'torch.linalg.vector_norm(a, float(args.get("p", 2)), args.get("axis", list(range(a.dim()))), args.get("keepdim", False))',
  samples: [
    { inputs: [[5]], args: {} },
    { inputs: [[2, 3, 2]], args: { p: 2, axis: 1 } },
    { inputs: [[2, 3, 2]], args: { p: 1, axis: [0, -1], keepdim: true } },
    { inputs: [[2, 4]], args: { p: Infinity, axis: 1 } },
    { inputs: [[2, 4]], args: { p: -Infinity, axis: 1 } },
    { inputs: [[2, 4]], args: { p: 0, axis: 1 } },
    { inputs: [[2, 4]], args: { p: 3, axis: 0 } },
    { inputs: [[2, 4]], args: { p: 1.5, axis: 1, keepdim: true } },
    { inputs: [[4]], args: { p: 0.5 } },
    { inputs: [[4]], args: { p: -1 } },
    { inputs: [[]], args: {} },
    { inputs: [[0, 3]], args: { axis: 0 } },
    ...[0, 0.5, 1, 1.5, 2, 3, Infinity].map((p) => ({
      inputs: [{ shape: [3, 3], values: [0, 0, 0, 0, -2, 2, 3, 0, -4] }],
      args: { p, axis: 1 },
      extreme: true as const,
    })),
  ],
});

/**
 * The p-norm over one, several or all axes: `(sum |x|^p)^(1/p)`; the number of elements that are not 0
 * for p = 0, and the largest or smallest magnitude for p = Infinity and -Infinity. Derivative:
 * `sign(x) (|x| / y)^(p - 1)`, and 0 at the zero vector; extremes of equal magnitude share it.
 * @throws ShapeError when an axis is not there, or there is no element for an infinite p; DTypeError
 *   for whole numbers; ValueError when p is NaN
 *
 * @example
 * norm(tensor([3, -4])); // 5
 * norm(tensor([3, -4]), { p: 1 }); // 7
 */
export function norm(x: Tensor, options: NormOptions = {}): Tensor {
  checkOptions('norm', options, normNames);
  requireFloat('norm', x);
  const { p = 2, axis } = options;
  if (Number.isNaN(p)) throw new ValueError('norm: p is a number or an infinity, not NaN');
  if (Math.abs(p) === Infinity) checkNotEmpty('norm', x.shape, axis);
  return normOp([x], options);
}
