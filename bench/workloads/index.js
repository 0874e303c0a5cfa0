import { cnn } from './cnn.js';
import { gpt } from './gpt.js';
import { largeMlp, smallMlp } from './mlp.js';

/** A, B, C, D. */
export const workloads = [smallMlp, largeMlp, cnn, gpt];

/** @param {string} name */
export function workloadNamed(name) {
  const found = workloads.find((workload) => workload.name === name);
  if (found === undefined) {
    const names = workloads.map((workload) => workload.name).join(', ');
    throw new Error(`There is no workload '${name}', only ${names}.`);
  }
  return found;
}
