import { ValueError } from '@dltrain/core';
import { permutation } from './permutation.js';

/** Indices of samples, ascending; together each sample once. */
export interface Split {
  readonly train: Int32Array;
  readonly val: Int32Array;
}

/**
 * Holds out `round(share * n)` samples drawn by the seed. Nothing is copied: both parts are indices
 * into the dataset.
 *
 * @throws {ValueError} unless both parts get a sample.
 * @example
 * split({ length: 60000 }, 0.1, 42); // 54,000 and 6,000 indices
 */
export function split(dataset: { readonly length: number }, share: number, seed: number): Split {
  const { length } = dataset;
  const held = Math.round(share * length);
  if (!(share > 0 && share < 1) || held < 1 || held >= length) {
    throw new ValueError(
      `a split of ${share} holds out ${share > 0 && share < 1 ? held : 'no part'} of ${length} samples: give a share between 0 and 1 that leaves both parts at least one`,
    );
  }
  const drawn = permutation(length, seed, 0, 'split');
  return { val: drawn.subarray(0, held).toSorted(), train: drawn.subarray(held).toSorted() };
}
