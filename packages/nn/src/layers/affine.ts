import { checkOptions } from '@dltrain/core';
import type { FloatDType } from '@dltrain/core';
import { ones } from '../initializers.js';
import { Parameter } from '../parameter.js';

/** Options that layers which normalise have in common. */
export interface NormOptions {
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
  /** Whether weights (of one at first) and biases (of zero) are learnt; true by default. */
  readonly affine?: boolean;
  /** `f32` by default. */
  readonly dtype?: FloatDType;
}

/** @throws ValueError for an option that layers which normalise do not have */
export function checkNormOptions(layer: string, options: NormOptions): void {
  checkOptions(layer, options, { eps: 'number', affine: 'boolean', dtype: 'dtype' });
}

/** Weights of one at first, or none. */
export function weightOf(shape: readonly number[], options: NormOptions): Parameter | null {
  const { affine = true, dtype = 'f32' } = options;
  return affine ? new Parameter(shape, { dtype, initializer: ones }) : null;
}

/** Biases of zero at first, or none. */
export function biasOf(shape: readonly number[], options: NormOptions): Parameter | null {
  const { affine = true, dtype = 'f32' } = options;
  return affine ? new Parameter(shape, { dtype }) : null;
}
