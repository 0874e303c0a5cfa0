import { noGrad } from '../../autodiff/no-grad.js';
import type { Operand } from '../../elementwise.js';
import { ValueError } from '../../errors.js';
import { broadcastShapes, sameShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { eq } from './compare.js';
import { all } from '../reductions/count-nonzero.js';
import { isclose } from './is-close.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface AllCloseOptions {
  /** How far two numbers may differ, as a part of the second; 1e-5 when left out. */
  readonly rtol?: number;
  /** How far they may differ besides; 1e-8 when left out. */
  readonly atol?: number;
  /** Whether NaN is close to NaN; false when left out. */
  readonly equalNan?: boolean;
}

export const allCloseNames: OptionNames<AllCloseOptions> = {
  rtol: true,
  atol: true,
  equalNan: true,
};

/**
 * Whether all elements of two tensors that broadcast together are close, `|a - b| <= atol + rtol |b|`
 * or both the same infinity; true of no elements. Where they are, `isclose` tells.
 * @throws ShapeError when the shapes do not broadcast; ValueError for a negative tolerance
 *
 * @example
 * allClose(tensor([1, 2]), tensor([1, 2 + 1e-6])); // true
 */
export function allClose(a: Tensor, b: Operand, options: AllCloseOptions = {}): boolean {
  checkOptions('allClose', options, allCloseNames);
  const { rtol = 0, atol = 0 } = options;
  if (!(rtol >= 0 && atol >= 0)) {
    throw new ValueError(
      `allClose: rtol and atol are tolerances of zero or more, not ${rtol} and ${atol}`,
    );
  }
  if (typeof b !== 'number') broadcastShapes('allClose', a.shape, b.shape);
  return noGrad(() => isTrue(all(isclose(a, b, options))));
}

/**
 * Whether two tensors have the same shape and equal elements; NaN equals nothing.
 *
 * @example
 * equal(tensor([1, 2]), tensor([1, 2])); // true
 * equal(tensor([1, 2]), tensor([[1, 2]])); // false
 */
export function equal(a: Tensor, b: Tensor): boolean {
  return sameShape(a.shape, b.shape) && noGrad(() => isTrue(all(eq(a, b))));
}

function isTrue(truth: Tensor): boolean {
  return truth.item() !== 0;
}
