import type { DType } from '../../dtype.js';
import { literal } from '../../literal.js';
import type { Tensor } from '../../tensor.js';
import { where } from './where.js';

/**
 * The derivative of a choice between two by one of them: 0 where the other was better, a half where
 * they are equal, else 1.
 */
export function shareOfChosen(beaten: Tensor, equal: Tensor, dtype: DType): Tensor {
  const whole = where(beaten, literal(0, dtype), literal(1, dtype));
  return where(equal, literal(0.5, dtype), whole);
}
