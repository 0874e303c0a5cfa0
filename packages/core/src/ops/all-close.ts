import { ValueError } from '../errors.js';
import { noGrad } from '../autodiff/no-grad.js';
import { promoteOperands, type Operand } from '../elementwise.js';
import { broadcastShapes, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { abs } from './abs.js';
import { add } from './add.js';
import { eq, le, lt, ne } from './compare.js';
import { logicalAnd, logicalNot, logicalOr } from './logical.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { sum } from './sum.js';

export interface AllCloseOptions {
  /** How far two numbers may differ, as a part of the second; 1e-5 when left out. */
  readonly rtol?: number;
  /** How far they may differ besides; 1e-8 when left out. */
  readonly atol?: number;
  /** Whether NaN is close to NaN; false when left out. */
  readonly equalNan?: boolean;
}

/**
 * Whether all elements of two tensors that broadcast together are close, `|a - b| <= atol + rtol |b|`
 * or both the same infinity; true of no elements.
 * @throws ShapeError when the shapes do not broadcast; ValueError for a negative tolerance
 *
 * @example
 * allClose(tensor([1, 2]), tensor([1, 2 + 1e-6])); // true
 */
export function allClose(a: Tensor, b: Operand, options: AllCloseOptions = {}): boolean {
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  if (!(rtol >= 0 && atol >= 0)) {
    throw new ValueError(
      `allClose: rtol and atol are tolerances of zero or more, not ${rtol} and ${atol}`,
    );
  }
  if (typeof b !== 'number') broadcastShapes('allClose', a.shape, b.shape);
  return noGrad(() => {
    const [x, y] = promoteOperands(a, b, 'number');
    const distance = abs(sub(x, y));
    const near = le(distance, add(mul(abs(y), rtol), atol));
    // Nothing but an equal infinity is close to one, though a part of it is infinite, too.
    const same = logicalOr(eq(x, y), logicalAnd(near, lt(distance, Infinity)));
    const bothNan = logicalAnd(ne(x, x), ne(y, y));
    return allTrue(equalNan ? logicalOr(same, bothNan) : same);
  });
}

/**
 * Whether two tensors have the same shape and equal elements; NaN equals nothing.
 *
 * @example
 * equal(tensor([1, 2]), tensor([1, 2])); // true
 * equal(tensor([1, 2]), tensor([[1, 2]])); // false
 */
export function equal(a: Tensor, b: Tensor): boolean {
  return sameShape(a.shape, b.shape) && noGrad(() => allTrue(eq(a, b)));
}

function allTrue(truths: Tensor): boolean {
  return sum(logicalNot(truths)).item() === 0;
}
