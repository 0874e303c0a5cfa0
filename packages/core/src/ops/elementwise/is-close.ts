import { promoteOperands, type Operand } from '../../elementwise.js';
import { ValueError } from '../../errors.js';
import { defineOp } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { abs } from './abs.js';
import { add } from './add.js';
import { type AllCloseOptions, allCloseNames } from './all-close.js';
import { eq, le, lt, ne } from './compare.js';
import { logicalAnd, logicalOr } from './logical.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { checkOptions } from '../../options.js';

const iscloseOp = defineOp<2, AllCloseOptions>({
  name: 'isclose',
  arity: 2,
  forward: ({ inputs: [a, b], args: { rtol = 1e-5, atol = 1e-8, equalNan = false } }) => {
    const distance = abs(sub(a, b));
    const near = le(distance, add(mul(abs(b), rtol), atol));
    // Nothing but an equal infinity is close to one, though a part of it is infinite, too.
    const close = logicalOr(eq(a, b), logicalAnd(near, lt(distance, Infinity)));
    return equalNan ? logicalOr(close, logicalAnd(ne(a, a), ne(b, b))) : close;
  },
  derivative: { nondifferentiable: 'truth values do not vary smoothly' },
  torch:
    "torch.isclose(a, b, args.get('rtol', 1e-5), args.get('atol', 1e-8), args.get('equalNan', False))",
  samples: [
    {
      inputs: [
        { shape: [4], values: [1, 1, 100, -2] },
        { shape: [4], values: [1.0000001, 1.1, 100.0001, 2] },
      ],
      args: {},
    },
    {
      inputs: [
        { shape: [2, 3], values: [1, 2, 3, 1, 2, 3] },
        { shape: [], values: [2] },
      ],
      args: { atol: 1 },
    },
    { inputs: [[0], [0]], args: {} },
    {
      inputs: [
        { shape: [5], values: [NaN, Infinity, Infinity, -Infinity, 1] },
        { shape: [5], values: [NaN, Infinity, -Infinity, 1, Infinity] },
      ],
      args: { equalNan: true },
    },
    {
      inputs: [
        { shape: [3], values: [4, -7, 9], dtype: 'i32' },
        { shape: [3], values: [4, 7, 8], dtype: 'i32' },
      ],
      args: {},
    },
  ],
});

/**
 * Whether `|a - b| <= atol + rtol |b|` or both are the same infinity, elementwise with broadcasting, as a
 * bool tensor; NaN is close to NaN on request only.
 * @throws ValueError for a negative tolerance
 *
 * @example
 * isclose(tensor([1, 2]), tensor([1.0000001, 2.1])); // [true, false]
 */
export function isclose(a: Operand, b: Operand, options: AllCloseOptions = {}): Tensor {
  checkOptions('isclose', options, allCloseNames);
  const { rtol = 0, atol = 0 } = options;
  if (!(rtol >= 0 && atol >= 0)) {
    throw new ValueError(
      `isclose: rtol and atol are tolerances of zero or more, not ${rtol} and ${atol}`,
    );
  }
  return iscloseOp(promoteOperands('isclose', a, b, 'number'), options);
}
