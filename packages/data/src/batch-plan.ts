import { ValueError } from '@dltrain/core';

/** How an epoch is cut into steps. */
export interface BatchPlan {
  /** Steps an epoch. */
  readonly steps: number;
  /** Position in the epoch's order at which a step begins. */
  start(step: number): number;
  /** Samples of a step; the last one may be short. */
  size(step: number): number;
}

/**
 * Cuts `count` samples into batches. The last short one is kept unless `dropLast`.
 *
 * @throws {ValueError} if a size is not a positive integer, or no batch is left.
 * @example
 * batchPlan(60000, 128, false).steps; // 469, of which the last has 96 samples
 */
export function batchPlan(count: number, batchSize: number, dropLast: boolean): BatchPlan {
  requirePositive(count, 'number of samples');
  requirePositive(batchSize, 'batch size');
  const steps = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
  if (steps === 0) {
    throw new ValueError(
      `${count} samples make no full batch of ${batchSize}, and the short one is dropped: lower the batch size or keep the last batch`,
    );
  }
  const start = (step: number): number => {
    if (!Number.isInteger(step) || step < 0 || step >= steps) {
      throw new ValueError(`step ${step} of an epoch of ${steps} steps: give 0 to ${steps - 1}`);
    }
    return step * batchSize;
  };
  return { steps, start, size: (step) => Math.min(batchSize, count - start(step)) };
}

/**
 * The positions [begin, end) of a batch that leaf `leaf` of `leaves` holds: floor(iB/S) to
 * floor((i+1)B/S). In a batch of fewer samples than leaves some are empty.
 *
 * @example
 * leafBounds(10, 4, 1); // [2, 5]
 */
export function leafBounds(
  batch: number,
  leaves: number,
  leaf: number,
): [begin: number, end: number] {
  return [Math.floor((leaf * batch) / leaves), Math.floor(((leaf + 1) * batch) / leaves)];
}

function requirePositive(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ValueError(`${what} is ${value}: give a positive integer`);
  }
}
