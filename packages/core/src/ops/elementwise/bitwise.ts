import { isFloat } from '../../dtype.js';
import { defineBinary, defineUnary, promoteOperands, type Operand } from '../../elementwise.js';
import { DTypeError } from '../../errors.js';
import type { Sample } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { logicalNot } from './logical.js';

const derivative = { nondifferentiable: 'whole numbers do not vary smoothly' };

const pairs: readonly Sample<undefined>[] = [
  {
    inputs: [
      { shape: [2, 3], dtype: 'i32', low: -9, high: 9 },
      { shape: [2, 3], dtype: 'i32', low: -9, high: 9 },
    ],
  },
  {
    inputs: [
      { shape: [2, 1], dtype: 'i32', low: -99, high: 99 },
      { shape: [3], dtype: 'i32', low: 0, high: 99 },
    ],
  },
  {
    inputs: [
      { shape: [20], dtype: 'u8', low: 0, high: 255 },
      { shape: [], dtype: 'u8', low: 1, high: 255 },
    ],
  },
  {
    inputs: [
      { shape: [5], dtype: 'bool', low: 0, high: 1 },
      { shape: [5], dtype: 'bool', low: 0, high: 1 },
    ],
  },
  {
    inputs: [
      { shape: [0], dtype: 'i32', low: 0, high: 1 },
      { shape: [1], dtype: 'i32', low: 0, high: 1 },
    ],
  },
];

const shifts: readonly Sample<undefined>[] = [
  {
    inputs: [
      { shape: [2, 5], dtype: 'i32', low: -99, high: 99 },
      { shape: [5], dtype: 'i32', low: 0, high: 12 },
    ],
  },
  {
    inputs: [
      { shape: [], dtype: 'i32', low: -9, high: 9 },
      { shape: [3, 1], dtype: 'i32', low: 0, high: 3 },
    ],
  },
  // PyTorch's whole numbers are longer, and it leaves a negative count undefined.
  {
    inputs: [
      { shape: [6], dtype: 'i32', values: [1, -1, 5, -5, 2147483647, -2147483648] },
      { shape: [6], dtype: 'i32', values: [31, 32, 40, 40, -1, -1] },
    ],
    golden: false,
  },
];

/** @throws DTypeError when an operand has no bits to speak of */
function wholeOperands(name: string, a: Operand, b: Operand): readonly [Tensor, Tensor] {
  const [x, y] = promoteOperands(name, a, b);
  if (isFloat(x.dtype)) {
    throw new DTypeError(
      `${name}: takes whole numbers and truth values, not ${x.dtype}; cast to i32 first`,
    );
  }
  return [x, y];
}

function defineBitwise(name: string, torch: string): (a: Operand, b: Operand) => Tensor {
  const run = defineBinary({ name, domain: 'any', derivative, torch, samples: pairs });
  return (a, b) => run(...wholeOperands(name, a, b));
}

function defineShift(name: string, torch: string): (a: Operand, b: Operand) => Tensor {
  const run = defineBinary({ name, derivative, torch, samples: shifts });
  return (a, b) => run(...wholeOperands(name, a, b));
}

/**
 * The bits that both have, elementwise with broadcasting, of whole numbers or truth values.
 * @throws DTypeError for floating-point operands
 *
 * @example
 * bitwiseAnd(tensor([12], { dtype: 'i32' }), 10); // [8]
 */
export const bitwiseAnd = defineBitwise('bitwiseAnd', 'a & b');

/**
 * The bits that either has, elementwise with broadcasting, of whole numbers or truth values.
 * @throws DTypeError for floating-point operands
 *
 * @example
 * bitwiseOr(tensor([12], { dtype: 'i32' }), 10); // [14]
 */
export const bitwiseOr = defineBitwise('bitwiseOr', 'a | b');

/**
 * The bits that one of them has, elementwise with broadcasting, of whole numbers or truth values.
 * @throws DTypeError for floating-point operands
 *
 * @example
 * bitwiseXor(tensor([12], { dtype: 'i32' }), 10); // [6]
 */
export const bitwiseXor = defineBitwise('bitwiseXor', 'a ^ b');

/**
 * `a 2^b` without the bits that leave the 32 of an i32, elementwise with broadcasting: 0 from a count of
 * 32 on and, since no bit stays, for a negative one. Bytes become i32.
 * @throws DTypeError for floating-point operands
 *
 * @example
 * leftShift(tensor([3], { dtype: 'i32' }), 2); // [12]
 */
export const leftShift = defineShift('leftShift', 'a << b');

/**
 * `floor(a / 2^b)`, elementwise with broadcasting: 0 or -1 from a count of 32 on and for a negative one.
 * Bytes become i32.
 * @throws DTypeError for floating-point operands
 *
 * @example
 * rightShift(tensor([-12], { dtype: 'i32' }), 2); // [-3]
 */
export const rightShift = defineShift('rightShift', 'a >> b');

const bitwiseNotOp = defineUnary({
  name: 'bitwiseNot',
  domain: 'any',
  derivative,
  torch: '~a',
  samples: [
    { inputs: [{ shape: [2, 3], dtype: 'i32', low: -9, high: 9 }] },
    { inputs: [{ shape: [17], dtype: 'u8', low: 0, high: 255 }] },
    { inputs: [{ shape: [], dtype: 'i32', low: 0, high: 9 }] },
  ],
});

/**
 * Every bit turned, `-1 - x` of an i32; of truth values, whether each is false.
 * @throws DTypeError for floating-point operands
 *
 * @example
 * bitwiseNot(tensor([5], { dtype: 'i32' })); // [-6]
 */
export function bitwiseNot(x: Tensor): Tensor {
  if (x.dtype === 'bool') return logicalNot(x);
  const [whole] = wholeOperands('bitwiseNot', x, x);
  return bitwiseNotOp(whole);
}
