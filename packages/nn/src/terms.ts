import { sum, type Tensor } from '@dltrain/core';

/**
 * What a loss or a metric of a batch is the sum of: numbers that are each made of one sample alone. So they
 * can be had of several parts of a batch at once, and summed part by part.
 */
export interface Terms {
  /** The terms, samples along axis 0, the same number for each. */
  readonly of: (output: Tensor, target: Tensor) => Tensor;
  /** What the sum over these targets is to be divided by; the number of terms when left out. */
  readonly weight?: (target: Tensor) => number;
}

/** The sum of the terms of a batch, and its weight. */
export function sumTerms(
  terms: Terms,
  output: Tensor,
  target: Tensor,
): { readonly sum: Tensor; readonly weight: number } {
  const values = terms.of(output, target);
  return { sum: sum(values), weight: terms.weight?.(target) ?? values.size };
}
