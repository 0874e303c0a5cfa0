import { describeValue } from '@dltrain/core';
import { OptionsError } from './errors.js';

/** Samples of a leaf of an evaluation. */
export const evaluationLeaf = 256;

/**
 * How many leaves a batch is cut into. It follows from the config alone, never from the number of
 * workers: the largest power of two not above clamp(B/16, 4, 64), nor above B.
 */
export function leafCount(batchSize: number, shards: number | 'auto'): number {
  if (shards !== 'auto') {
    if (!Number.isInteger(shards) || shards < 1 || shards > batchSize) {
      throw new OptionsError(
        ['parallel', 'shards'],
        `shards must be a whole number from 1 to the batch size of ${batchSize}, not ${describeValue(shards)}`,
      );
    }
    return shards;
  }
  const most = Math.min(Math.max(batchSize / 16, 4), 64, batchSize);
  let count = 1;
  while (count * 2 <= most) count *= 2;
  return count;
}
