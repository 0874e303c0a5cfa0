import { datasetFromArrays } from '@dltrain/data';

/** Batches of the synthetic data: so many that no batch stays in a cache by itself. */
export const batches = 64;

/**
 * Synthetic data for a workload, the same always.
 *
 * @param {import('../workloads/workload.js').Workload} workload
 */
export function syntheticData({ batch, samples: { shape, vocabulary, targetShape, classes } }) {
  const count = batch * batches;
  const inputs = count * sizeOf(shape);
  const random = randomNumbers();
  return datasetFromArrays({
    inputs:
      vocabulary === null
        ? Float32Array.from({ length: inputs }, () => 2 * random() - 1)
        : Int32Array.from({ length: inputs }, () => Math.floor(random() * vocabulary)),
    shape,
    targets: Int32Array.from({ length: count * sizeOf(targetShape) }, () =>
      Math.floor(random() * classes),
    ),
    ...(targetShape.length === 0 ? { classes } : { targetShape }),
  });
}

/** Numbers from 0 to 1 by a linear congruential generator. */
function randomNumbers() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** @param {readonly number[]} shape */
function sizeOf(shape) {
  return shape.reduce((product, size) => product * size, 1);
}
