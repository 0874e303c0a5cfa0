import { ValueError } from '../../errors.js';
import { mean } from './mean.js';
import { sub } from '../elementwise/sub.js';
import { reducedLength, requireFloat, type ReduceOptions } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import type { OptionNames } from '../../options.js';

export interface VarianceOptions extends ReduceOptions {
  /** What is taken off the count before it divides: 1 (Bessel's correction) when left out. */
  readonly correction?: number;
}

export const varianceNames: OptionNames<VarianceOptions> = {
  axis: true,
  keepdim: true,
  correction: true,
};

/** Over what a sum runs that is part of a variance. */
export function axesOf({ correction: _, ...options }: VarianceOptions): ReduceOptions {
  return options;
}

/** The elements less the mean of those that are reduced with them. */
export function centred(x: Tensor, axis: ReduceOptions['axis']): Tensor {
  return sub(x, mean(x, axis === undefined ? { keepdim: true } : { axis, keepdim: true }));
}

/** By how much the sum of squares is divided: 0 where too few elements are left. */
export function degreesOfFreedom(
  op: string,
  x: Tensor,
  { axis, correction = 1 }: VarianceOptions,
): number {
  return Math.max(0, reducedLength(op, x.shape, axis) - correction);
}

/** @throws DTypeError for whole numbers; ValueError for a correction that is no number */
export function checkVariance(op: string, x: Tensor, { correction = 1 }: VarianceOptions): void {
  requireFloat(op, x);
  if (!Number.isFinite(correction)) {
    throw new ValueError(`${op}: the correction is a number, as 0 or 1, not ${correction}`);
  }
}
