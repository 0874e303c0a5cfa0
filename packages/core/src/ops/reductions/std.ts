import { defineOp } from '../../op.js';
import { literal } from '../../literal.js';
import { keptShape } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import {
  axesOf,
  centred,
  checkVariance,
  degreesOfFreedom,
  type VarianceOptions,
  varianceNames,
} from './variance-parts.js';
import { eq } from '../elementwise/compare.js';
import { div } from '../elementwise/div.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';
import { sqrt } from '../elementwise/sqrt.js';
import { sum } from './sum.js';
import { variance } from './variance.js';
import { where } from '../elementwise/where.js';
import { checkOptions } from '../../options.js';

/** `(x - mean) / ((n - correction) y)`; 0 where all are equal, which is a kink. */
function slope(x: Tensor, y: Tensor, args: VarianceOptions): Tensor {
  const kept = reshape(y, keptShape('std', x.shape, args.axis));
  const divisor = mul(
    where(eq(kept, 0), literal(1, x.dtype), kept),
    degreesOfFreedom('std', x, args),
  );
  return div(centred(x, args.axis), divisor);
}

const stdOp = defineOp<1, VarianceOptions>({
  name: 'std',
  arity: 1,
  forward: ({ inputs: [x], args }) => sqrt(variance(x, args)),
  derivative: {
    vjp: [
      (gradient, { inputs: [x], output, args }) =>
        mul(reshape(gradient, keptShape('std', x.shape, args.axis)), slope(x, output, args)),
    ],
    jvp: [
      (tangent, { inputs: [x], output, args }) =>
        sum(mul(tangent, slope(x, output, args)), axesOf(args)),
    ],
  },
  torch:
    'torch.std(a, dim=args.get("axis", list(range(a.dim()))), correction=args.get("correction", 1), keepdim=args.get("keepdim", False))',
  samples: [
    { inputs: [[5]], args: {} },
    { inputs: [[2, 3, 2]], args: { axis: 1 } },
    { inputs: [[2, 3, 2]], args: { axis: [0, -1], keepdim: true, correction: 0 } },
    { inputs: [[1, 3]], args: { axis: 0 }, extreme: true },
    { inputs: [{ shape: [2, 3], values: [2, 2, 2, 1, 2, 4] }], args: { axis: 1 }, extreme: true },
  ],
});

/**
 * The standard deviation over one, several or all axes: the root of `variance`. Derivative:
 * `(x - mean) / ((n - correction) y)`, and 0 where all elements are equal.
 * @throws ShapeError when an axis is not there; DTypeError for whole numbers; ValueError for a
 *   correction that is no number
 *
 * @example
 * std(tensor([1, 2, 3])); // 1
 */
export function std(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkOptions('std', options, varianceNames);
  checkVariance('std', x, options);
  return stdOp([x], options);
}
